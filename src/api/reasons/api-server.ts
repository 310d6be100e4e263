import type { Section } from './reason.ts';

/** The API server, and the cluster around the operator. */
export const apiServer = {
  Forbidden: {
    classes: ['permanent'],
    en: {
      means: 'RBAC, a quota or an admission policy forbids the request that the message names',
      act: 'allow it',
    },
    zh: { means: 'RBAC、配额或准入策略禁止了消息中的请求', act: '予以允许' },
  },
  NamespaceTerminating: {
    classes: ['permanent'],
    en: { means: 'the namespace is being deleted', act: 'nothing' },
    zh: { means: '命名空间正在删除', act: '无需处理' },
  },
  Invalid: {
    classes: ['permanent'],
    en: { means: 'the API server rejects a field that the operator wrote', act: 'the message names it' },
    zh: { means: 'API server 拒绝了 Operator 所写的某个字段', act: '消息指出该字段' },
  },
  Rejected: {
    classes: ['permanent'],
    en: { means: 'the API server rejected the request', act: 'see its log' },
    zh: { means: 'API server 拒绝了请求', act: '查看其日志' },
  },
  InvalidName: {
    classes: ['permanent'],
    en: { means: 'a name cannot be used in a path of the API', act: 'choose another' },
    zh: { means: '某个名称不能用于 API 路径', act: '换一个名称' },
  },
  Conflict: {
    classes: ['transient'],
    en: { when: 'not reported', means: 'the object was changed at the same time', act: 'nothing' },
    zh: { when: '不作声', means: '有人同时写入', act: '无需处理' },
  },
  AlreadyExists: {
    classes: ['transient'],
    en: { means: 'the object was created meanwhile', act: 'nothing' },
    zh: { means: '对象在此期间已被创建', act: '无需处理' },
  },
  NotFound: {
    classes: ['transient'],
    en: { means: 'an object, its namespace or the CRD does not exist', act: 'create it' },
    zh: { means: '对象、其命名空间或 CRD 不存在', act: '创建它' },
  },
  Expired: {
    classes: ['transient'],
    en: { when: 'in the log only', means: 'the resource version is too old to watch from', act: 'nothing' },
    zh: { when: '仅见于日志', means: '版本过旧，无法从该版本开始 watch', act: '无需处理' },
  },
  Unauthorized: {
    classes: ['transient'],
    en: { means: "the API server does not accept the operator's credentials", act: 'renew them' },
    zh: { means: 'API server 不接受 Operator 的凭据', act: '更新凭据' },
  },
  CredentialsUnreadable: {
    classes: ['transient'],
    en: {
      means: "the operator's token or certificate cannot be read, for example in the middle of a rotation",
      act: 'if it stays, correct the mount',
    },
    zh: { means: 'Operator 的令牌或证书无法读取，例如轮换进行到一半', act: '若一直如此，修复挂载' },
  },
  ApiServerUnavailable: {
    classes: ['transient'],
    en: { means: 'the API server answers 429 or 5xx', act: 'if it stays, see its log' },
    zh: { means: 'API server 返回 429 或 5xx', act: '若一直如此，查看其日志' },
  },
  ApiServerUnreachable: {
    classes: ['transient'],
    en: { means: 'no answer from the API server', act: 'if it stays, check the network' },
    zh: { means: 'API server 没有应答', act: '若一直如此，检查网络' },
  },
  ApiServerAnswerTooLarge: {
    classes: ['transient'],
    en: {
      means: 'an answer of the API server is larger than 64 MiB; it was not read to its end',
      act: 'if it stays, look for a proxy in between',
    },
    zh: { means: 'API server 的应答超过 64 MiB，未读完即中止', act: '若一直如此，检查中间的代理' },
  },
  ApiServerUnreadable: {
    classes: ['transient'],
    en: { means: "the API server's answer cannot be read", act: 'if it stays, look for a proxy in between' },
    zh: { means: 'API server 的应答无法解读', act: '若一直如此，检查中间的代理' },
  },
  ClusterNotReady: {
    classes: ['transient'],
    en: { means: 'the namespace kube-system does not exist yet', act: 'wait' },
    zh: { means: '命名空间 kube-system 尚不存在', act: '等待' },
  },
  WatchEndedAtOnce: {
    classes: ['transient'],
    en: { when: 'in the log only', means: 'a watch ended as soon as it began', act: 'nothing' },
    zh: { when: '仅见于日志', means: 'watch 一开始就结束', act: '无需处理' },
  },
  Timeout: {
    classes: ['transient'],
    en: { when: 'in the log only', means: 'an Event could not be written within 10 s', act: 'nothing' },
    zh: { when: '仅见于日志', means: '10 秒内未能写入 Event', act: '无需处理' },
  },
  LeaseLost: {
    classes: ['transient'],
    en: {
      when: 'by the next process; this process ends, and only its log says so',
      means: 'another replica is the leader now, or the Lease could not be renewed',
      act: 'look at the API server and at the clocks of the nodes',
    },
    zh: {
      when: '由下一个进程重试：本进程结束，仅见于日志',
      means: '另一个副本已成为 leader，或 Lease 无法续租',
      act: '检查 API server 与各节点的时钟',
    },
  },
} as const satisfies Section;
