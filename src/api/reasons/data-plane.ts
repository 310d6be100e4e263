import type { Section } from './reason.ts';

/** The data plane. */
export const dataPlane = {
  DataPlaneUnreachable: {
    classes: ['transient'],
    unknown: true,
    en: {
      when: 'checked again as soon as it answers',
      means: 'nothing listens at the `dataPlane` address, or it does not answer',
      act: 'check the address and the gateway',
    },
    zh: { when: '恢复应答后立即重新检查', means: '`dataPlane` 地址上没有服务，或没有应答', act: '检查地址与网关' },
  },
  ProofTooSlow: {
    classes: ['transient'],
    en: {
      means: 'the probes of the resource took more than 10 s in total; those that finished found nothing wrong',
      act: 'find out what answers slowly: the gateway, NGINX or the application behind it; or use fewer hosts and paths in one resource',
    },
    zh: {
      means: '该资源的全部探测合计超过 10 秒；在此之前的结果都正确',
      act: '检查是谁应答缓慢：网关、NGINX 或其后端；或减少一个资源中的域名与路径',
    },
  },
  NotEnforced: {
    classes: ['transient'],
    en: {
      means: '**a request was accepted that must be rejected, or the other way round**; the message says which',
      act: 'look for another SSL object of the host at the gateway; at an MtlsUpstream, NGINX refused the gateway',
    },
    zh: {
      means: '**错误的证书被放行，或正确的证书被拒绝**，消息说明是哪一种',
      act: '检查网关上是否有该域名的另一个 SSL 对象；对 MtlsUpstream，是 NGINX 拒绝了网关',
    },
  },
  RequestNotRefused: {
    classes: ['transient'],
    early: true,
    en: {
      means:
        '**a request without a client certificate was not refused**, although `spec.authorization` restricts the route',
      act: 'look for another route at the gateway that matches the request, or a global rule that answers before',
    },
    zh: {
      means: '**不带客户端证书的请求没有被拒绝**，尽管 `spec.authorization` 限制了该路由',
      act: '检查网关上是否有另一条匹配的路由，或先行应答的全局规则',
    },
  },
  AllowedRejected: {
    classes: ['transient'],
    early: true,
    en: {
      means:
        'the gateway rejects a client that `spec.authorization` allows: a request with a certificate of its names, by the CA of its MtlsGateway',
      act: 'look at the MtlsGateway that the entry names; if it is Ready, for a global rule at the gateway that answers before',
    },
    zh: {
      means: '网关拒绝了 `spec.authorization` 所允许的客户端：使用其名称、由其 MtlsGateway 的 CA 签发的证书发出的请求',
      act: '检查该项所引用的 MtlsGateway；若其已就绪，检查网关上是否有先行应答的全局规则',
    },
  },
  HostNotServed: {
    classes: ['transient'],
    early: true,
    en: {
      means:
        'the handshake ended with alert 80 (internal_error). The gateway did not get as far as asking for a client certificate, so nothing is proven',
      act: 'if it stays: does the data plane belong to this gateway group, and can it load the certificate and its key?',
    },
    zh: {
      means: '握手以 alert 80 结束。没有人因缺少证书而被拒绝，因此什么也没有得到证明',
      act: '数据面尚不认识该域名、属于其他网关组，或无法加载证书与私钥',
    },
  },
  OtherCertificateServed: {
    classes: ['transient'],
    en: {
      means: 'the gateway presents another certificate than the one issued',
      act: 'look for a second object of the host',
    },
    zh: { means: '网关出示的不是所签发的证书', act: '检查是否有该域名的第二个对象' },
  },
  ServedChainNotValid: {
    classes: ['transient'],
    en: {
      means: 'a certificate of the chain that the gateway presents is not valid yet, or has expired',
      act: 'compare the clocks; renew the certificate if it is external',
    },
    zh: { means: '网关出示的证书链中有证书尚未生效或已过期', act: '核对时钟；更新自带的证书' },
  },
  RouteNotServed: {
    classes: ['transient'],
    early: true,
    en: {
      means: 'the gateway has yet to load the route',
      act: 'if it stays, check which group the data plane belongs to',
    },
    zh: { means: '网关尚未加载路由', act: '若一直如此，检查数据面属于哪个网关组' },
  },
  AnsweredByOther: {
    classes: ['transient'],
    en: {
      means:
        'a request through the gateway was answered, but not by the NGINX of this resource: another route matches it, such as one that was created by hand or is [orphaned](operations.md#what-has-no-owner)',
      act: 'find that route at the gateway, and remove it or make it match other requests',
    },
    zh: {
      means:
        '经过网关的请求得到应答，但不是来自该资源的 NGINX：被另一条路由匹配，例如手工创建的或[无归属的](operations.zh-CN.md#无归属的对象)路由',
      act: '在网关上找到该路由，将其删除或改为匹配其他请求',
    },
  },
  UpstreamUnreachable: {
    classes: ['transient'],
    en: {
      means: 'the gateway answered with 502, 503 or 504',
      act: 'check that the gateway reaches NGINX and accepts its certificate, and that a node of the upstream has a weight above 0',
    },
    zh: { means: '应答为 502 至 504', act: '网关无法连接 NGINX、拒绝其证书，或上游没有任何权重大于零的节点' },
  },
  UnusableClientCertificate: {
    classes: ['permanent'],
    en: { means: 'the client certificate for a probe, or its key, cannot be loaded', act: 'report it' },
    zh: { means: '探测所用的证书与私钥无法加载', act: '请报告' },
  },
} as const satisfies Section;
