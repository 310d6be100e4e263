import type { Section } from './reason.ts';

/** NGINX. */
export const nginx = {
  NginxUnreachable: {
    classes: ['transient'],
    early: true,
    en: {
      when: 'the gateway is configured anyway',
      means: 'the operator cannot reach the node',
      act: 'check `nodes`, and that NGINX runs with the ConfigMap and the Secret',
    },
    zh: {
      when: '网关照常配置',
      means: 'Operator 无法连接节点',
      act: '检查 `nodes`，以及 NGINX 是否使用该 ConfigMap 与 Secret 运行',
    },
  },
  NginxReloading: {
    classes: ['transient'],
    en: {
      when: '`Ready` stays `True`',
      means: 'NGINX still serves its previous certificate',
      act: 'reload it when its files change',
    },
    zh: { when: '`Ready` 仍为 `True`', means: 'NGINX 仍在使用之前的证书', act: '文件变化时让它 reload' },
  },
  NginxConfigNotLoaded: {
    classes: ['transient'],
    en: {
      when: 'the gateway is configured anyway',
      means: 'NGINX reports that it has loaded an earlier configuration of this resource',
      act: 'reload it when its files change; a ConfigMap that is mounted with `subPath` never changes',
    },
    zh: {
      when: '网关照常配置',
      means: 'NGINX 表明它加载的是本资源之前的配置',
      act: '文件变化时让它 reload；以 `subPath` 挂载的 ConfigMap 不会变化',
    },
  },
  NginxTrustNotLoaded: {
    classes: ['transient'],
    en: {
      when: '`Ready` stays `True`, the rotation of the CA waits',
      means: 'NGINX has not loaded the CAs of its clients as they are now in `ca.crt`',
      act: 'reload it when its files change',
    },
    zh: {
      when: '`Ready` 仍为 `True`，CA 轮换在等待',
      means: 'NGINX 尚未加载 `ca.crt` 中现有的客户端 CA',
      act: '文件变化时让它 reload',
    },
  },
  NginxAcceptsRevoked: {
    classes: ['transient'],
    en: {
      when: 'the gateway is configured anyway',
      means:
        '**NGINX accepts a client certificate that is on the list of revoked ones**: it has not loaded the current `ca.crl`',
      act: 'reload it when its files change; check that it uses `ca.crl` of the Secret of this resource',
    },
    zh: {
      when: '网关照常配置',
      means: '**NGINX 接受吊销列表中的客户端证书**：它尚未加载当前的 `ca.crl`',
      act: '文件变化时让它 reload；检查它使用的是否为本资源 Secret 中的 `ca.crl`',
    },
  },
  NginxCertificateWrong: {
    classes: ['transient'],
    early: true,
    en: {
      when: 'the gateway is not changed',
      means: 'the node presents a certificate that is not of this CA',
      act: 'check that NGINX mounts the Secret of this resource',
    },
    zh: { when: '网关不变', means: '节点出示的证书不是此 CA 签发的', act: '它挂载的是本资源的 Secret 吗？' },
  },
  NginxRefuses: {
    classes: ['transient'],
    early: true,
    en: {
      when: 'the gateway is not changed',
      means: 'NGINX rejects the client certificate of the gateway',
      act: 'check that NGINX uses `ca.crt` of the same Secret, and reload it',
    },
    zh: {
      when: '网关不变',
      means: 'NGINX 拒绝网关的客户端证书',
      act: '它使用的是同一个 Secret 的 `ca.crt` 吗，是否已经 reload？',
    },
  },
  NginxNotEnforcing: {
    classes: ['transient'],
    en: {
      when: 'the gateway is not changed',
      means: '**NGINX accepts requests without a client certificate**',
      act: 'check that NGINX uses the ConfigMap, and that no other server block answers at this port',
    },
    zh: {
      when: '网关不变',
      means: '**没有客户端证书，NGINX 也予以应答**',
      act: '它没有使用该 ConfigMap，或此端口由其他 server 块应答',
    },
  },
  NginxRollingOut: {
    classes: ['transient'],
    en: {
      when: '`Ready` stays `True`',
      means: 'not every pod of the Deployment that the operator runs is available and as it shall be',
      act: 'wait; if it stays so, see the Events of the pods and `/status` of their agents',
    },
    zh: {
      when: '`Ready` 仍为 `True`',
      means: 'Operator 运行的 Deployment 中，并非每个 pod 都可用且为期望的版本',
      act: '请等待；若一直如此，请查看 pod 的 Event 及其 agent 的 `/status`',
    },
  },
  NginxDeploymentNotAllowed: {
    classes: ['permanent'],
    en: {
      when: 'no certificate is changed',
      means: '`spec.nginx.deployment` asks for an NGINX, and the administrator does not let the operator run one',
      act: 'remove `deployment` and run NGINX yourself, or ask for `managedNginx`',
    },
    zh: {
      when: '证书不变',
      means: '`spec.nginx.deployment` 要求一个 NGINX，而管理员不允许 Operator 运行它',
      act: '移除 `deployment` 并自行运行 NGINX，或请管理员设置 `managedNginx`',
    },
  },
  NginxImageNotAllowed: {
    classes: ['permanent'],
    en: {
      when: 'the Deployment is not changed',
      means: 'the image in `spec.nginx.deployment` is none that the administrator allows',
      act: 'use another one, or ask for it in `managedNginx.allowedImages`',
    },
    zh: {
      when: 'Deployment 不变',
      means: '`spec.nginx.deployment` 中的镜像不在管理员允许之列',
      act: '换用其他镜像，或请管理员将其加入 `managedNginx.allowedImages`',
    },
  },
} as const satisfies Section;
