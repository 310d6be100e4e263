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
} as const satisfies Section;
