import type { Section } from './reason.ts';

/** The spec and what stands in its way. */
export const spec = {
  InvalidSpec: {
    classes: ['permanent'],
    en: {
      means: 'a field is not valid; only an older CRD accepts such a spec',
      act: 'edit the field that the message names',
    },
    zh: { means: '某个字段不合要求；只有较旧的 CRD 才会放行这样的 spec', act: '修改消息中指出的字段' },
  },
  CertificateRefused: {
    classes: ['permanent'],
    en: { means: 'the certificate would not be valid; the message says why', act: 'edit its fields' },
    zh: { means: '签出的证书不合格，消息说明原因', act: '修改其字段' },
  },
  NotOurs: {
    classes: ['permanent'],
    en: {
      means:
        'a Secret, a ConfigMap or an object at the gateway of that name belongs to somebody else, and the operator does not change it. This includes Secrets that `--cascade=orphan` [left behind](operations.md#deleting)',
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
      when: 'the gateway is not changed',
      means:
        'a node of `service.upstream` has an address that tenants may not use: a loopback, link-local or other special address, an API server, the operator, or an address that the administrator refuses',
      act: 'correct `nodes`, or ask the administrator: see [configuration.md](configuration.md#where-nodes-may-be)',
    },
    zh: {
      when: '网关不变',
      means:
        '`service.upstream` 的某个节点位于不允许租户放置 NGINX 的地址：回环、链路本地或其他特殊地址、API server 或 Operator 自身，或管理员拒绝的地址',
      act: '修改 `nodes`，或联系管理员：见 [configuration.zh-CN.md](configuration.zh-CN.md#节点可以位于何处)',
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
      when: 'retried while the other one is releasing it',
      means:
        'another MtlsGateway claimed this host first, or an object at the gateway that is not of the operator has it; the message says which. The other hosts are served and proven. Once the object at the gateway is gone, the resource gets the host within 30 s',
      act: 'remove the host from one of them, or [take the object over](adoption.md): see [gateways.md](gateways.md#who-has-a-host-or-a-request)',
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
      when: 'retried while the other one is releasing it',
      means:
        'another MtlsUpstream claimed the same requests first; the message says which requests and which resource. The other requests of the routes are served and proven',
      act: 'remove the request from one of them',
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
      when: 'retried while another host is being released',
      means:
        'the administrator did not assign the host to this namespace, or another namespace claimed it first: the hosts of an MtlsGateway are not shared with other namespaces. The message says which of the two, and who has the host. The other hosts are served and proven',
      act: 'ask the owner of the host, or the administrator: see [gateways.md](gateways.md#hosts-of-several-namespaces)',
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
        'the administrator does not allow this namespace to use an NGINX at that address or port. The operator does not connect to it; objects of the resource that are already at the gateway stay',
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
      means: 'the gateway does not support a setting of the spec; nothing is written to it',
      act: 'the message names the field and a way out: see [gateways.md](gateways.md)',
    },
    zh: {
      means: '网关没有这项设置，不会发送任何内容',
      act: '消息指出字段和解决办法：见 [gateways.zh-CN.md](gateways.zh-CN.md)',
    },
  },
  ChainTooDeep: {
    classes: ['permanent'],
    en: {
      means: 'clients send more intermediate certificates than the gateway accepts',
      act: 'set `spec.clientVerification.depth`, or use a CA closer to its root',
    },
    zh: {
      means: '客户端发送的中间证书多于网关所允许的数量',
      act: '设置 `spec.clientVerification.depth`，或使用离根更近的 CA',
    },
  },
  RevocationImpossible: {
    classes: ['permanent'],
    en: {
      means:
        '`spec.revoked` cannot be carried out, since NGINX needs a list of revoked certificates of every CA that it trusts for clients, and the operator cannot sign one of the CA that the message names. Nothing is changed: a list that NGINX has stays',
      act: 'what the message says: trust the CA of this resource alone, or give NGINX [lists of your own](mtlsupstream.md#revoked-certificates)',
    },
    zh: {
      means:
        '无法执行 `spec.revoked`：NGINX 需要它所信任的每个客户端 CA 的吊销列表，而 Operator 无法为消息所指的 CA 签发列表。一切保持不变：NGINX 已有的列表会保留',
      act: '按消息处理：只信任本资源的 CA，或[自行向 NGINX 提供列表](mtlsupstream.zh-CN.md#已吊销的证书)',
    },
  },
  RevokedInUse: {
    classes: ['permanent'],
    en: {
      means:
        '`spec.revoked` names a certificate that you brought and that is in use, or the CA itself. Nothing is changed',
      act: 'replace it in its Secret first',
    },
    zh: {
      means: '`spec.revoked` 指出的是您自带且正在使用的证书，或 CA 本身。一切保持不变',
      act: '先在其 Secret 中更换',
    },
  },
  CaCannotIssue: {
    classes: ['permanent'],
    en: {
      means:
        '`ca.secretRef` has a CA certificate without a key, but the certificate that the message names has to be issued',
      act: 'provide that certificate yourself, or add `tls.key`',
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
      means: 'a Secret or ConfigMap that the spec refers to, or a key of it, does not exist',
      act: 'create it; the resource continues by itself',
    },
    zh: { means: 'spec 引用的 Secret 或 ConfigMap（或其中的键）不存在', act: '创建它；资源会自动继续' },
  },
  KeystorePasswordUnfit: {
    classes: ['permanent'],
    en: {
      means: 'the password of a keystore cannot be used',
      act: 'use 6 to 1024 printable ASCII characters, without a line break',
    },
    zh: { means: '密钥库的密码无法使用', act: '使用 6 到 1024 个可打印的 ASCII 字符，不含换行' },
  },
  PredecessorRemains: {
    classes: ['transient'],
    en: { means: 'a Secret of a deleted resource of the same name is still being removed', act: 'wait' },
    zh: { means: '同名的前一个资源的 Secret 尚在回收', act: '等待' },
  },
  Quarantined: {
    classes: ['permanent'],
    en: {
      means:
        'the operator crashed while it reconciled this resource, and again while it reconciled no other. The resource is not reconciled any more; it can still be deleted',
      act: 'report it with the log of the process that crashed, and edit the spec or delete the resource: see [operations.md](operations.md#a-resource-on-which-the-operator-dies)',
    },
    zh: {
      means: 'Operator 在处理该资源时崩溃，单独处理它时再次崩溃；该资源保持原状，仍可正常删除',
      act: '附上崩溃进程的日志进行反馈，并修改 spec 或删除资源：见 [operations.zh-CN.md](operations.zh-CN.md#使-operator-崩溃的资源)',
    },
  },
} as const satisfies Section;
