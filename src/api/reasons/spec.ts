import type { Section } from './reason.ts';

/** The spec and what stands in its way. */
export const spec = {
  InvalidSpec: {
    classes: ['permanent'],
    en: {
      means: 'a field is not what it may be; only an older CRD lets such a spec pass',
      act: 'edit the field that the message names',
    },
    zh: { means: '某个字段不合要求；只有较旧的 CRD 才会放行这样的 spec', act: '修改消息中指出的字段' },
  },
  CertificateRefused: {
    classes: ['permanent'],
    en: { means: 'the certificate would not be sound; the message says why', act: 'edit its fields' },
    zh: { means: '签出的证书不合格，消息说明原因', act: '修改其字段' },
  },
  NotOurs: {
    classes: ['permanent'],
    en: {
      means:
        'a Secret, a ConfigMap or an object at the gateway of that name belongs to somebody else and is left alone. So it is with Secrets that `--cascade=orphan` [left behind](operations.md#deleting)',
      act: 'choose another name in the spec, remove the object if nobody needs it, or [take it over](adoption.md)',
    },
    zh: {
      means:
        '同名的 Secret、ConfigMap 或网关对象属于他人，保持不变。`--cascade=orphan` 删除后[留下](operations.zh-CN.md#删除)的 Secret 也是如此',
      act: '在 spec 中换一个名称；若该对象已无人使用，将其删除；或者[接管](adoption.zh-CN.md)',
    },
  },
  AddressNotAllowed: {
    classes: ['permanent'],
    en: {
      when: 'the gateway is not touched',
      means:
        'a node of `service.upstream` is where no NGINX of a tenant is to be: at a loopback, link-local or other special address, at an API server or the operator, or where the administrator refuses it',
      act: 'correct `nodes`, or ask the administrator: see [configuration.md](configuration.md#where-nodes-may-be)',
    },
    zh: {
      when: '网关不变',
      means:
        '`service.upstream` 的某个节点位于不允许租户放置 NGINX 的地址：回环、链路本地或其他特殊地址、API server 或 Operator 自身，或管理员拒绝的地址',
      act: '修改 `nodes`，或联系管理员：见 [configuration.md](configuration.md#where-nodes-may-be)',
    },
  },
  AdoptionRefused: {
    classes: ['permanent'],
    en: {
      means:
        'an object that the annotation `mtls-operator.dev/adopt` names, or a Secret that it hands over, is not taken over; the message says why',
      act: 'correct the annotation or the spec, or ask the administrator: see [adoption.md](adoption.md)',
    },
    zh: {
      means: '注解 `mtls-operator.dev/adopt` 指明的对象或交出的 Secret 没有被接管，消息说明原因',
      act: '修改注解或 spec，或联系管理员：见 [adoption.zh-CN.md](adoption.zh-CN.md)',
    },
  },
  SniConflict: {
    classes: ['permanent', 'transient'],
    en: {
      when: 'retried while the other is letting go',
      means:
        'another MtlsGateway, which was first, or somebody at the gateway has this host; the message says who. The other hosts are served and proven. It takes over within 30 s after somebody at the gateway has let go',
      act: 'take the host from one of them, or [take the object over](adoption.md): see [gateways.md](gateways.md#who-has-a-host-or-a-request)',
    },
    zh: {
      when: '对方正在放弃时自动重试',
      means:
        '域名已属于先占用它的 MtlsGateway 或网关上的他人，消息说明是谁；其余域名照常提供并得到验证。网关上的他人放弃后 30 秒内接管',
      act: '从其中一方去掉该域名，或[接管该对象](adoption.zh-CN.md)：见 [gateways.zh-CN.md](gateways.zh-CN.md#域名与请求归谁所有)',
    },
  },
  RouteConflict: {
    classes: ['permanent', 'transient'],
    en: {
      when: 'retried while the other is letting go',
      means:
        'another MtlsUpstream, which was first, takes the same requests; the message says which and who. What else the routes take is served and proven',
      act: 'take the request from one of them',
    },
    zh: {
      when: '对方正在放弃时自动重试',
      means: '先占用的 MtlsUpstream 匹配相同的请求，消息说明是哪些请求、归谁；其余请求照常提供并得到验证',
      act: '从其中一方去掉该请求',
    },
  },
  HostNotAllowed: {
    classes: ['permanent', 'transient'],
    en: {
      when: 'retried while somebody is letting go of another host',
      means:
        'the administrator does not give the host to this namespace; or another namespace was first, and an MtlsGateway shares its hosts with none. The message says which and who. The other hosts are served and proven',
      act: 'ask whoever has it, or the administrator: see [gateways.md](gateways.md#hosts-of-several-namespaces)',
    },
    zh: {
      when: '他人正在放弃另一域名时自动重试',
      means:
        '管理员没有把该域名分配给此命名空间；或者另一命名空间已先占用，而 MtlsGateway 的域名不与其他命名空间共用。消息说明是哪种情况、归谁；其余域名照常提供并得到验证',
      act: '联系占用者或管理员：见 [gateways.zh-CN.md](gateways.zh-CN.md#多个命名空间的域名)',
    },
  },
  NodeNotAllowed: {
    classes: ['permanent'],
    en: {
      means:
        'the administrator lets this namespace have no NGINX at that address or port. Nothing connects there; what the resource has at the gateway already stays',
      act: 'correct `service.upstream.nodes`, or ask the administrator for `tenants[].nodes`',
    },
    zh: {
      means: '管理员不允许此命名空间使用该地址或端口上的 NGINX。不会连接；资源在网关上已有的对象保持不变',
      act: '修改 `service.upstream.nodes`，或请管理员修改 `tenants[].nodes`',
    },
  },
  NotSupportedByGateway: {
    classes: ['permanent'],
    en: {
      means: 'the gateway has no such setting; nothing is sent',
      act: 'the message names the field and what helps: see [gateways.md](gateways.md)',
    },
    zh: {
      means: '网关没有这项设置，不会发送任何内容',
      act: '消息指出字段和解决办法：见 [gateways.zh-CN.md](gateways.zh-CN.md)',
    },
  },
  ChainTooDeep: {
    classes: ['permanent'],
    en: {
      means: 'clients send more intermediate certificates than the gateway takes',
      act: 'set `spec.clientVerification.depth`, or use a CA closer to its root',
    },
    zh: {
      means: '客户端发送的中间证书多于网关所允许的数量',
      act: '设置 `spec.clientVerification.depth`，或使用离根更近的 CA',
    },
  },
  CaCannotIssue: {
    classes: ['permanent'],
    en: {
      means: '`ca.secretRef` holds a CA to trust and no key, and the field that the message names has to be issued',
      act: 'bring that certificate along, or add `tls.key`',
    },
    zh: {
      means: '`ca.secretRef` 只有用于信任的 CA 而没有私钥，消息指出的字段却需要签发',
      act: '自带该证书，或补上 `tls.key`',
    },
  },
  ReferenceMissing: {
    classes: ['transient'],
    early: true,
    en: {
      means: 'a Secret or ConfigMap that the spec refers to, or a key of it, is not there',
      act: 'create it; the resource goes on by itself',
    },
    zh: { means: 'spec 引用的 Secret 或 ConfigMap（或其中的键）不存在', act: '创建它；资源会自动继续' },
  },
  KeystorePasswordUnfit: {
    classes: ['permanent'],
    en: {
      means: 'the password of a keystore cannot be used',
      act: 'take 6 to 1024 printable characters of ASCII, without a line end',
    },
    zh: { means: '密钥库的密码无法使用', act: '使用 6 到 1024 个可打印的 ASCII 字符，不含换行' },
  },
  PredecessorRemains: {
    classes: ['transient'],
    en: { means: 'a Secret of an earlier resource of this name is still being collected', act: 'wait' },
    zh: { means: '同名的前一个资源的 Secret 尚在回收', act: '等待' },
  },
  Quarantined: {
    classes: ['permanent'],
    en: {
      means:
        'the operator died while it worked on this resource, and once more while it worked on nothing else; it is left as it is, and its deletion goes on',
      act: 'report it with the log of the process that died, and edit the spec or delete the resource: see [operations.md](operations.md#a-resource-on-which-the-operator-dies)',
    },
    zh: {
      means: 'Operator 在处理该资源时崩溃，单独处理它时再次崩溃；该资源保持原状，仍可正常删除',
      act: '附上崩溃进程的日志进行反馈，并修改 spec 或删除资源：见 [operations.zh-CN.md](operations.zh-CN.md#使-operator-崩溃的资源)',
    },
  },
} as const satisfies Section;
