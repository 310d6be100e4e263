import type { Section } from './reason.ts';

/** Why a certificate was issued. One that cannot be read is issued anew too, with the finding of the parser. */
export const issuance = {
  FirstIssue: {
    classes: ['issue'],
    en: { means: 'there was none before' },
    zh: { means: '此前没有签发过' },
  },
  SecretMissing: {
    classes: ['issue'],
    en: { means: 'its Secret was gone' },
    zh: { means: 'Secret 已不存在' },
  },
  DataMissing: {
    classes: ['issue'],
    en: { means: 'the Secret lacked `tls.crt` or `tls.key`' },
    zh: { means: 'Secret 缺少 `tls.crt` 或 `tls.key`' },
  },
  CertificateUnreadable: {
    classes: ['issue'],
    en: { means: '`tls.crt` was not a readable certificate' },
    zh: { means: '`tls.crt` 不是可读取的证书' },
  },
  KeyMismatch: {
    classes: ['issue'],
    en: { means: 'the key did not match the certificate' },
    zh: { means: '私钥与证书不匹配' },
  },
  IssuerChanged: {
    classes: ['issue'],
    en: { means: 'it was not issued by the current CA' },
    zh: { means: '证书不是由当前 CA 签发的' },
  },
  RotationAsked: {
    classes: ['issue'],
    en: { means: 'the annotation `mtls-operator.dev/rotate-ca` asks for a new CA' },
    zh: { means: '注解 `mtls-operator.dev/rotate-ca` 要求新的 CA' },
  },
  SpecDiffers: {
    classes: ['issue'],
    en: { means: 'role, subject, names, key algorithm or lifetime differed from the spec' },
    zh: { means: '用途、主题、名称、密钥算法或有效期与 spec 不符' },
  },
  Expired: {
    classes: ['issue'],
    en: { means: 'it had expired' },
    zh: { means: '证书已过期' },
  },
  NotYetValid: {
    classes: ['issue'],
    en: { means: 'it would have become valid only in more than 5 minutes: it was issued by a clock that was ahead' },
    zh: { means: '证书生效时间晚于当前 5 分钟以上：签发时时钟超前' },
  },
  Revoked: {
    classes: ['issue'],
    en: { means: 'the spec says that the certificate is revoked; the new one has a new key' },
    zh: { means: 'spec 表明该证书已被吊销；新证书使用新的密钥' },
  },
  RenewalAsked: {
    classes: ['issue'],
    en: { means: 'the annotation `mtls-operator.dev/renew` got a new value' },
    zh: { means: '注解 `mtls-operator.dev/renew` 有了新值' },
  },
  RenewalDue: {
    classes: ['issue'],
    en: { means: 'its renewal time was reached' },
    zh: { means: '到了续签时间' },
  },
} as const satisfies Section;
