import { authorization } from './authorization.ts';
import type { Section } from './reason.ts';

/** The gateway's Admin API. */
export const gateway = {
  GatewayUnknown: {
    classes: ['permanent'],
    en: {
      means: "the operator's configuration has no gateway of this name",
      act: 'correct `gatewayRef.name`, or ask the administrator',
    },
    zh: { means: 'Operator 的配置中没有这个名称的网关', act: '修改 `gatewayRef.name`，或联系管理员' },
  },
  GatewayNotAllowed: {
    classes: ['permanent'],
    en: {
      means:
        'this namespace may not use the gateway. Objects that the resource already has there stay until it is deleted or names another gateway',
      act: 'ask the administrator for `allowedNamespaces` or `tenants`',
    },
    zh: {
      means: '此命名空间不能使用该网关。资源已在其上的对象保持不变，直到资源被删除或改用其他网关',
      act: '请管理员修改 `allowedNamespaces` 或 `tenants`',
    },
  },
  GatewayGroupNotFound: {
    classes: ['permanent'],
    en: { means: 'the gateway has no group of exactly this name', act: 'correct `gatewayRef.group`' },
    zh: { means: '网关没有恰好为此名称的网关组', act: '修改 `gatewayRef.group`' },
  },
  GatewayVersionUnsupported: {
    classes: ['permanent'],
    en: { means: 'the gateway is older than the versions of [gateways.md](gateways.md)', act: 'upgrade it' },
    zh: { means: '网关版本低于 [gateways.zh-CN.md](gateways.zh-CN.md) 所列', act: '升级网关' },
  },
  GatewayMisconfigured: {
    classes: ['transient'],
    en: {
      means: "the token, CA, certificate or key file of the operator's configuration cannot be read, or is not PEM",
      act: 'correct the mount or the file; it is read for each request',
    },
    zh: {
      means: 'Operator 配置中的令牌、CA、证书或私钥文件无法读取，或不是 PEM',
      act: '修复挂载或文件；每次请求都会重新读取',
    },
  },
  GatewayRejected: {
    classes: ['permanent'],
    en: {
      means: 'the Admin API rejected a request with 400, 404, 409 or 422',
      act: 'see the log of the control plane',
    },
    zh: { means: 'Admin API 以 400、404、409 或 422 拒绝了请求', act: '查看控制面的日志' },
  },
  GatewayUnauthorized: {
    classes: ['transient'],
    en: {
      means: 'the Admin API rejects the token',
      act: 'renew the file behind `tokenFile`; it is read for each request',
    },
    zh: { means: 'Admin API 拒绝了令牌', act: '更新 `tokenFile` 指向的文件；每次请求都会重新读取' },
  },
  GatewayUntrusted: {
    classes: ['transient'],
    en: { means: 'the certificate of the Admin API is not trusted', act: 'check `caFile` and `serverName`' },
    zh: { means: 'Admin API 的证书不受信任', act: '检查 `caFile` 与 `serverName`' },
  },
  GatewayUnreachable: {
    classes: ['transient'],
    unknown: true,
    en: {
      when: 'checked again as soon as it answers',
      means: 'no connection or no answer within 10 s. The data plane continues with what it has',
      act: 'check `adminUrl` and the network',
    },
    zh: {
      when: '恢复应答后立即重新检查',
      means: '无法连接，或 10 秒内没有应答。数据面上已生效的配置继续工作',
      act: '检查 `adminUrl` 与网络',
    },
  },
  GatewayAnswerTooLarge: {
    classes: ['transient'],
    en: {
      means: 'the Admin API answered with more than 32 MiB; the answer was not read to its end',
      act: 'find out what fills the gateway group',
    },
    zh: { means: 'Admin API 的应答超过 32 MiB，未读完即中止', act: '检查网关组中的大量内容' },
  },
  GatewayError: {
    classes: ['transient'],
    en: {
      means: 'the Admin API answered with an error, or with a list that is incomplete or larger than 256 MiB',
      act: 'see the log of the control plane',
    },
    zh: { means: 'Admin API 返回错误，或列表不完整、超过 256 MiB', act: '查看控制面的日志' },
  },
  RevocationBlocked: {
    classes: ['permanent'],
    en: {
      means:
        '**revoked certificates are not refused**: a global rule of somebody else uses the plugin `fault-injection`, and of two such rules none would run. The message names it',
      act: 'move what that rule does to routes or services; or replace the CA of the resource',
    },
    zh: {
      means:
        '**已吊销的证书没有被拒绝**：他人的某条全局规则使用了插件 `fault-injection`，两条这样的规则都不会执行。消息给出其名称',
      act: '把该规则的作用移到路由或服务上；或更换资源的 CA',
    },
  },
  RevocationNotSupported: {
    classes: ['permanent'],
    en: {
      means:
        '**revoked certificates are not refused**: the Admin API takes no global rule with the plugin `fault-injection`',
      act: "add the plugin to the gateway's configuration; or replace the CA of the resource",
    },
    zh: {
      means: '**已吊销的证书没有被拒绝**：Admin API 不接受使用插件 `fault-injection` 的全局规则',
      act: '在网关的配置中启用该插件；或更换资源的 CA',
    },
  },
  RevocationFull: {
    classes: ['permanent'],
    en: {
      means:
        '**what this resource revokes since is not refused**: the rule of the gateway group would hold more than 10,000 certificates, or 1 MB',
      act: 'replace the CA of a resource that revokes many, and take what it revokes out of its spec',
    },
    zh: {
      means: '**该资源此后吊销的证书没有被拒绝**：网关组的规则将超过 10,000 张证书或 1 MB',
      act: '更换吊销较多的资源的 CA，并从其 spec 中去掉吊销',
    },
  },
  RevocationUndone: {
    classes: ['transient'],
    en: {
      means: 'somebody else changed the rule for revoked certificates right after the operator had written it',
      act: 'if it stays: find out which tool writes `global_rules`',
    },
    zh: {
      means: 'Operator 刚写入吊销规则，就被他人修改',
      act: '若一直如此：查明是哪个工具在写 `global_rules`',
    },
  },
  RevokedCertificateUnknown: {
    classes: ['permanent'],
    en: {
      means:
        'an entry of `spec.revoked` gives a SHA-256 that is none of a certificate of this resource: a gateway cannot refuse by it. All other entries are refused',
      act: 'give `issuer` and `serialNumber`',
    },
    zh: {
      means: '`spec.revoked` 的某一项所给的 SHA-256 不属于本资源的任何证书：网关无法据此拒绝。其余各项都已被拒绝',
      act: '改为填写 `issuer` 与 `serialNumber`',
    },
  },
  DeletionBlocked: {
    classes: ['transient'],
    en: {
      means:
        'the objects at the gateway cannot be removed. A process that has just started waits at least 2 minutes before it gives up',
      act: 'the message says until when the deletion waits, and how to continue at once; so does a Warning Event, once for each cause',
    },
    zh: {
      means: '网关上的对象无法清理。刚启动的进程至少等待 2 分钟才会放行',
      act: '消息说明删除等待到何时，以及如何立即放行；每个原因另有一次 Warning Event',
    },
  },
  ...authorization,
} as const satisfies Section;
