import type { Section } from './reason.ts';

/** Findings in certificates, keys and CAs that were brought along. */
export const material = {
  CaNotFollowed: {
    classes: ['soft'],
    en: {
      means: 'another CA was put into the Secret of `spec.ca.secretRef`, and does not follow the one that signs yet',
      act: 'the message says what it waits for; see [rotation.md](rotation.md#cas-of-your-own)',
    },
    zh: {
      means: '`spec.ca.secretRef` 的 Secret 中放入了另一个 CA，它尚未接替当前签发的 CA',
      act: '消息说明它在等待什么；见 [rotation.zh-CN.md](rotation.zh-CN.md#自带的-ca)',
    },
  },
  DataMissing: {
    classes: ['hard'],
    en: { means: 'the Secret lacks `tls.crt` and `tls.key`, and for a CA `ca.crt` too', act: 'add them' },
    zh: { means: 'Secret 缺少 `tls.crt` 与 `tls.key`，若是 CA 则也缺少 `ca.crt`', act: '补上' },
  },
  CertificateMissing: {
    classes: ['hard'],
    en: { means: 'the text has no PEM block with a certificate', act: 'give certificates as PEM' },
    zh: { means: '文本中没有包含证书的 PEM 块', act: '以 PEM 提供证书' },
  },
  CertificateUnreadable: {
    classes: ['hard'],
    en: { means: 'a certificate cannot be read', act: 'create it again' },
    zh: { means: '某张证书无法读取', act: '重新生成' },
  },
  PemDamaged: {
    classes: ['hard'],
    en: { means: 'a PEM block is damaged', act: 'copy it again' },
    zh: { means: 'PEM 块已损坏', act: '重新复制' },
  },
  PemTypeUnsupported: {
    classes: ['hard'],
    en: { means: 'a certificate has another PEM type than `CERTIFICATE`', act: 'convert it with openssl' },
    zh: { means: '证书的 PEM 类型不是 `CERTIFICATE`', act: '用 openssl 转换' },
  },
  PemTooLarge: {
    classes: ['hard'],
    en: { means: 'the text is larger than any TLS peer accepts', act: 'leave out what is not needed' },
    zh: { means: '文本超过任何 TLS 对端所能接受的大小', act: '去掉不需要的部分' },
  },
  TooManyCertificates: {
    classes: ['hard'],
    en: { means: 'there are more certificates than any TLS peer accepts', act: 'leave out what is not needed' },
    zh: { means: '证书数量超过任何 TLS 对端所能接受的范围', act: '去掉不需要的部分' },
  },
  PrivateKeyAmongCertificates: {
    classes: ['hard'],
    en: {
      means: 'a private key is among the certificates, and would be published with them',
      act: 'remove it, and treat the key as compromised',
    },
    zh: { means: '只应放证书的位置出现了私钥，它会随证书一起发出', act: '删除它，并视该私钥为已泄露' },
  },
  KeyMismatch: {
    classes: ['hard'],
    en: { means: 'the key belongs to another certificate', act: 'use a certificate and a key that belong together' },
    zh: { means: '私钥属于另一张证书', act: '放入匹配的证书与私钥' },
  },
  KeyUnreadable: {
    classes: ['hard'],
    en: { means: 'there is no private key in PEM that can be read', act: 'give the key as PEM' },
    zh: { means: '没有可读取的 PEM 私钥', act: '以 PEM 提供私钥' },
  },
  PrivateKeyUnreadable: {
    classes: ['hard'],
    en: { means: 'the key is not an unencrypted PEM key', act: 'give the key as PEM, without a password' },
    zh: { means: '私钥不是未加密的 PEM 私钥', act: '以 PEM 提供私钥，不加密码' },
  },
  KeyEncrypted: {
    classes: ['hard'],
    en: { means: 'the key is encrypted', act: 'remove the password with openssl' },
    zh: { means: '私钥已加密', act: '用 openssl 去掉密码' },
  },
  KeyAlgorithmUnsupported: {
    classes: ['hard'],
    en: {
      means: 'the algorithm of the key is not supported',
      act: 'use ECDSA P-256, P-384, P-521, Ed25519, or RSA of at least 2048 bits',
    },
    zh: { means: '不支持私钥的算法', act: '使用 ECDSA P-256、P-384、P-521、Ed25519，或至少 2048 位的 RSA' },
  },
  KeyUnsupported: {
    classes: ['hard'],
    en: {
      means: 'TLS servers reject the key of the certificate',
      act: 'use ECDSA P-256, P-384, P-521, Ed25519, or RSA of at least 2048 bits',
    },
    zh: {
      means: '证书的密钥会被 TLS 服务端拒绝',
      act: '使用 ECDSA P-256、P-384、P-521、Ed25519，或至少 2048 位的 RSA',
    },
  },
  KeyWeak: {
    classes: ['hard'],
    en: { means: 'the RSA key is too short', act: 'use RSA of at least 2048 bits, or ECDSA' },
    zh: { means: 'RSA 密钥过短', act: '使用至少 2048 位的 RSA，或 ECDSA' },
  },
  SignatureWeak: {
    classes: ['hard'],
    en: {
      means: 'the certificate is signed with a broken digest algorithm',
      act: 'have the certificate signed with SHA-256 or better',
    },
    zh: { means: '证书的签名摘要算法已被攻破', act: '用 SHA-256 或更强的算法重新签名' },
  },
  SignatureUnsupported: {
    classes: ['hard'],
    en: {
      means: 'TLS peers reject the signature algorithm of the certificate',
      act: 'have the certificate signed with SHA-256 or better',
    },
    zh: { means: 'TLS 对端会拒绝证书的签名方式', act: '用 SHA-256 或更强的算法重新签名' },
  },
  CertificateExpired: {
    classes: ['hard', 'soft'],
    en: {
      when: 'soft for a CA of a bundle',
      means: 'the certificate has expired; an expired CA of a bundle is left out',
      act: 'renew it',
    },
    zh: { when: '信任列表中的 CA 为软性', means: '证书已过期；信任列表中已过期的 CA 会被略去', act: '续签' },
  },
  CertificateNotYetValid: {
    classes: ['hard', 'soft'],
    en: {
      when: 'soft for a CA of a bundle',
      means:
        'the certificate is not valid yet; such a CA of a bundle is kept, since the clock of the operator may be wrong',
      act: 'wait, or correct the clock',
    },
    zh: {
      when: '信任列表中的 CA 为软性',
      means: '证书尚未生效；信任列表中的 CA 会保留，因为本机时钟可能有误',
      act: '等待，或校正时钟',
    },
  },
  NotACa: {
    classes: ['hard'],
    en: { means: 'the certificate is not a CA certificate', act: 'use the certificate of the CA' },
    zh: { means: '证书不是 CA 证书', act: '使用 CA 的证书' },
  },
  PathLengthExceeded: {
    classes: ['hard'],
    en: { means: 'the path length of a CA allows fewer CAs below it', act: 'use a CA with a larger path length' },
    zh: { means: '该 CA 之下允许的 CA 层数更少', act: '使用允许的 CA' },
  },
  NameNotPermitted: {
    classes: ['hard'],
    en: { means: 'the name constraints of the CA do not permit this name', act: 'choose another name, or another CA' },
    zh: { means: '该 CA 不得为此名称签发', act: '更换名称或 CA' },
  },
  KeyUsageWrong: {
    classes: ['hard'],
    en: { means: 'the key usage of the certificate does not permit this use', act: 'use the right certificate' },
    zh: { means: '证书的 key usage 不允许此用途', act: '使用正确的证书' },
  },
  ExtendedKeyUsageWrong: {
    classes: ['hard'],
    en: {
      means:
        'the certificate is for another use, for example a server certificate where a client certificate is needed',
      act: 'use the right certificate',
    },
    zh: { means: '证书用于其他用途，例如该用客户端证书处用了服务端证书', act: '使用正确的证书' },
  },
  HostNotCovered: {
    classes: ['hard'],
    en: { means: 'the certificate does not cover the host that the message names', act: 'use one that does' },
    zh: { means: '证书不包含消息中指出的域名', act: '使用包含该域名的证书' },
  },
  ChainIncomplete: {
    classes: ['hard'],
    en: {
      means: 'an issuer is missing between the certificate and a trusted CA',
      act: 'add it to `tls.crt`, or the root to `ca.crt`, `clientTrust` or `serverTrust`',
    },
    zh: {
      means: '证书与受信任的 CA 之间缺少签发者',
      act: '将其加入 `tls.crt`，或将根证书加入 `ca.crt`、`clientTrust` 或 `serverTrust`',
    },
  },
  ChainOutOfOrder: {
    classes: ['hard', 'soft'],
    en: {
      when: 'soft if the certificate itself is the first',
      means: 'the chain is not in the order from the certificate to its issuers',
      act: 'put `tls.crt` in that order',
    },
    zh: {
      when: '证书本身在最前时为软性',
      means: '证书链没有按从证书到签发者的顺序排列',
      act: '按此顺序排列 `tls.crt`',
    },
  },
  SignatureWrong: {
    classes: ['hard'],
    en: {
      means: 'a certificate of the chain names an issuer that did not sign it',
      act: 'use the chain of the current CA',
    },
    zh: { means: '链中某张证书所指的签发者并未为其签名', act: '使用当前 CA 的链' },
  },
  PathTooLong: {
    classes: ['hard'],
    en: {
      means: 'there are more CAs between the certificate and its root than TLS peers accept',
      act: 'use a CA closer to its root',
    },
    zh: { means: '证书与根之间的 CA 多于 TLS 对端所接受的数量', act: '使用离根更近的 CA' },
  },
  PathTooComplex: {
    classes: ['hard'],
    en: {
      means: 'there are too many possible paths from the certificate to a root',
      act: 'leave out what is not needed',
    },
    zh: { means: '从证书到根的路径过多，无法全部尝试', act: '去掉不需要的证书' },
  },
  ExtensionUnsupported: {
    classes: ['hard'],
    en: {
      means: 'the certificate has a critical extension that is not supported',
      act: 'use a certificate without it',
    },
    zh: { means: '证书带有不支持的要求，对端可能有不同理解', act: '使用不带这些要求的证书' },
  },
  NoUsableRoot: {
    classes: ['hard'],
    en: { means: 'none of the CAs in the bundle can be used', act: 'the other findings say why' },
    zh: { means: '信任列表中没有可用的 CA', act: '其他检查结果说明原因' },
  },
  RevokedByAnotherCa: {
    classes: ['soft'],
    en: {
      means:
        'an `issuer` in `spec.revoked` is not the CA of this resource: a misspelt name, or a CA that was replaced. NGINX rejects every certificate of another CA',
      act: 'correct the name, as `openssl x509 -noout -issuer -nameopt rfc2253` writes it, or remove the entry',
    },
    zh: {
      means:
        '`spec.revoked` 中的某个 `issuer` 不是本资源的 CA：名称有误，或该 CA 已被更换。NGINX 拒绝其他 CA 的所有证书',
      act: '按 `openssl x509 -noout -issuer -nameopt rfc2253` 的写法更正名称，或去掉该项',
    },
  },
  CertificateVersion1: {
    classes: ['soft'],
    en: {
      means: 'the certificate is of version 1, as many guides produce it: strict clients reject it',
      act: 'let the operator issue instead: remove the `secretRef`',
    },
    zh: {
      means: '证书为版本 1（许多指南的命令会生成这种证书）：严格的客户端会拒绝',
      act: '改由 Operator 签发：去掉 `secretRef`',
    },
  },
  SubjectAltNameMissing: {
    classes: ['soft'],
    en: {
      means: 'the certificate has its name only in the subject, as many guides produce it: strict clients reject it',
      act: 'let the operator issue instead: remove the `secretRef`',
    },
    zh: {
      means: '名称只写在主题中（许多指南的命令会生成这种证书）：严格的客户端会拒绝',
      act: '改由 Operator 签发：去掉 `secretRef`',
    },
  },
  ExtendedKeyUsageMissing: {
    classes: ['soft'],
    en: {
      means: 'the certificate does not say what it is for, as many guides produce it: strict clients reject it',
      act: 'let the operator issue instead: remove the `secretRef`',
    },
    zh: {
      means: '证书没有说明用途（许多指南的命令会生成这种证书）：严格的客户端会拒绝',
      act: '改由 Operator 签发：去掉 `secretRef`',
    },
  },
  KeyUsageMissing: {
    classes: ['soft'],
    en: {
      means: 'the CA has no key usage, as many guides produce it: strict clients reject it',
      act: 'let the operator issue instead: remove the `secretRef`',
    },
    zh: {
      means: 'CA 没有 key usage（许多指南的命令会生成这种证书）：严格的客户端会拒绝',
      act: '改由 Operator 签发：去掉 `secretRef`',
    },
  },
  SerialNumberInvalid: {
    classes: ['soft'],
    en: {
      means: 'the serial number is 0, negative or longer than 20 octets (RFC 5280 4.1.2.2)',
      act: 'have it issued with another one',
    },
    zh: { means: '序列号为 0、为负数或超过 20 个字节（RFC 5280 4.1.2.2）', act: '换一个序列号重新签发' },
  },
  CurveUnnamed: {
    classes: ['soft'],
    en: {
      means: 'the key spells out the parameters of its curve instead of naming it (RFC 5480 2.1.1)',
      act: 'make the key with a named curve',
    },
    zh: { means: '密钥写出曲线参数而不是曲线名称（RFC 5480 2.1.1）', act: '用命名曲线生成密钥' },
  },
  RsaExponentUnusual: {
    classes: ['soft'],
    en: { means: 'the RSA exponent is even, below 3 or larger than 31 bits', act: 'make the key with 65537' },
    zh: { means: 'RSA 指数为偶数、小于 3 或超过 31 位', act: '用 65537 生成密钥' },
  },
  LifetimeTooLong: {
    classes: ['soft'],
    en: { means: 'valid for longer than some clients accept', act: 'have it issued for a shorter time' },
    zh: { means: '有效期超过某些客户端所接受的长度', act: '签发更短的有效期' },
  },
  CertificateEndsSoon: {
    classes: ['soft'],
    en: {
      means:
        'the certificate expires in less than 30 days or a fifth of its lifetime, and the operator does not renew what it did not issue',
      act: 'renew it',
    },
    zh: { means: '距结束不足 30 天或有效期的五分之一，而 Operator 不续签自己没有签发的证书', act: '续签' },
  },
  SelfSignedLeaf: {
    classes: ['soft'],
    en: {
      means: 'the certificate is self-signed: each peer has to trust this certificate itself',
      act: 'have it issued by a CA',
    },
    zh: { means: '每个对端都必须信任这张证书本身', act: '由 CA 签发' },
  },
  RootMissing: {
    classes: ['soft'],
    en: {
      means: 'the bundle has an intermediate CA without its root, which NGINX needs',
      act: 'add the root',
    },
    zh: { means: '信任列表中有中间 CA，却没有 NGINX 所需的根证书', act: '补上根证书' },
  },
  CertificateDuplicate: {
    classes: ['soft'],
    en: { means: 'a certificate is there more than once', act: 'tidy the bundle' },
    zh: { means: '同一张证书出现多次', act: '整理信任列表' },
  },
  CertificateUnrelated: {
    classes: ['soft'],
    en: { means: 'the chain has a certificate that does not belong to it', act: 'tidy the chain' },
    zh: { means: '链中有不属于它的证书', act: '整理证书链' },
  },
  RemovedRootTrusted: {
    classes: ['soft'],
    en: {
      means: 'a CA was taken out of a bundle with `keepRemoved`, and somebody may still need it',
      act: 'the message says what it waits for; see [rotation.md](rotation.md#cas-in-bundles)',
    },
    zh: {
      means: '某个 CA 已从设有 `keepRemoved` 的信任列表中取出，但可能仍有人需要它',
      act: '消息说明它在等待什么；见 [rotation.zh-CN.md](rotation.zh-CN.md#信任列表中的-ca)',
    },
  },
  TooManyKeptRoots: {
    classes: ['permanent'],
    en: {
      means:
        'the bundles, with the CAs that were taken out of them and are kept by `keepRemoved`, have more than 256 certificates or 768 KiB of text; nothing is changed meanwhile',
      act: 'put fewer CAs into the bundles, or name those that nobody needs in the annotation `mtls-operator.dev/retire-root`',
    },
    zh: {
      means: '信任列表连同因 `keepRemoved` 而保留的 CA 超过 256 张证书或 768 KiB 文本；期间不做任何改动',
      act: '减少信任列表中的 CA，或在注解 `mtls-operator.dev/retire-root` 中列出已无人需要的 CA',
    },
  },
} as const satisfies Section;
