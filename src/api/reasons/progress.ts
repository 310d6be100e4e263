import type { Section } from './reason.ts';
import { rotation } from './rotation.ts';

/** All is well, or on its way. */
export const progress = {
  Pending: {
    classes: ['state'],
    of: ['Ready', 'Reconciling'],
    en: {
      means: 'the operator has not reconciled it yet',
      act: 'if it stays: is the operator running, and does it watch this namespace?',
    },
    zh: { means: 'Operator 尚未处理', act: '若一直如此：Operator 是否在运行，是否监听此命名空间？' },
  },
  Ready: {
    classes: ['state'],
    of: ['Ready'],
    en: { means: 'everything matches the spec' },
    zh: { means: '一切符合 spec' },
  },
  Issued: {
    classes: ['state'],
    of: ['CertificatesReady'],
    en: { means: 'every certificate matches the spec' },
    zh: { means: '所有证书符合 spec' },
  },
  Synced: {
    classes: ['state'],
    of: ['GatewaySynced'],
    en: { means: 'the objects at the gateway match the spec' },
    zh: { means: '网关上的对象与 spec 一致' },
  },
  Serving: {
    classes: ['state'],
    of: ['NginxReady'],
    en: {
      means:
        'every NGINX serves the issued certificate, rejects requests without a client certificate and has loaded its configuration; the message names an NGINX that [does not report its configuration](mtlsupstream.md#which-configuration-nginx-has-loaded)',
    },
    zh: {
      means:
        '每个 NGINX 都出示所签发的证书，拒绝不带证书的请求，并已加载其配置；若某个 NGINX [不告知所加载的配置](mtlsupstream.zh-CN.md#nginx-加载了哪个配置)，消息会指出',
    },
  },
  Refused: {
    classes: ['state'],
    of: ['Revoked'],
    en: {
      means:
        'the gateway answers requests with 403 that show a revoked client certificate, or come on connections and TLS sessions from before it demanded one; compared again every 5 minutes. See [revocation](revocation.md)',
    },
    zh: {
      means:
        '网关以 403 应答使用已吊销客户端证书的请求，以及来自要求证书之前的连接和 TLS 会话的请求；每 5 分钟重新比较一次。参见[吊销](revocation.zh-CN.md)',
    },
  },
  Restricted: {
    classes: ['state'],
    of: ['Authorized'],
    en: {
      means:
        'the gateway answers every request that no entry of `spec.authorization` allows with 403. See [authorization](authorization.md)',
    },
    zh: {
      means: '凡是 `spec.authorization` 没有任何一项允许的请求，网关都以 403 应答。参见[授权](authorization.zh-CN.md)',
    },
  },
  Proven: {
    classes: ['state'],
    of: ['Enforced'],
    en: {
      means:
        'all probes had the expected result when enforcement was last proven: at most `proofInterval` ago, except [after a start](operations.md#starting). `status.gateway.dataPlane` says at which addresses',
    },
    zh: {
      means:
        '上次证明时探测结果全部正确：距今不超过 `proofInterval`，[启动之后](operations.zh-CN.md#启动)除外。`status.gateway.dataPlane` 说明在哪些地址',
    },
  },
  RefusalsProven: {
    classes: ['state'],
    of: ['Enforced'],
    unknown: true,
    en: {
      means:
        'requests without a client certificate and requests with a wrong one are rejected. Whether the right one is accepted was not checked: the operator does not have the key of the CA, or no address and key by which it could send a request that `spec.authorization` allows',
    },
    zh: {
      means:
        '错误的证书被拒绝。没有验证正确的证书能否通过：CA 的私钥不在这里，或没有可用来发送 `spec.authorization` 所允许请求的地址与私钥',
    },
  },
  NotProbed: {
    classes: ['state'],
    of: ['Enforced'],
    unknown: true,
    en: {
      means:
        'no data-plane address is configured, no served route accepts GET, every host belongs to another owner, or NGINX could not be reached',
      act: 'see [configuration.md](configuration.md)',
    },
    zh: {
      means: '没有配置数据面地址，没有已提供的路由接受 GET，所有域名都属于他人，或无法连接 NGINX',
      act: '见 [configuration.zh-CN.md](configuration.zh-CN.md)',
    },
  },
  UpstreamNotVerified: {
    classes: ['state'],
    of: ['Enforced'],
    unknown: true,
    en: {
      means:
        'NGINX requires a client certificate and accepts that of the gateway, but this version of the gateway cannot verify the certificate of NGINX',
      act: 'see [gateways.md](gateways.md)',
    },
    zh: {
      means: 'NGINX 要求客户端证书，网关也出示了自己的证书，但此版本的网关无法验证 NGINX 的证书',
      act: '见 [gateways.zh-CN.md](gateways.zh-CN.md)',
    },
  },
  NotReached: {
    classes: ['state'],
    of: ['CertificatesReady', 'GatewaySynced', 'NginxReady', 'Revoked', 'Authorized', 'Enforced'],
    unknown: true,
    en: { means: 'an earlier step has failed', act: 'see the condition of that step' },
    zh: { means: '前面的部分失败了', act: '见该部分' },
  },
  ...rotation,
  SeveralFindings: {
    classes: ['state'],
    of: ['MaterialWarning'],
    en: { means: 'there is more than one warning about certificates, keys or CAs of your own', act: 'see the message' },
    zh: { means: '自带材料有不止一项检查结果', act: '见消息' },
  },
} as const satisfies Section;
