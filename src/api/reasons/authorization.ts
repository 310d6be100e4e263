import type { Section } from './reason.ts';

/** What of `spec.authorization` allows nobody. */
export const authorization = {
  ClientUnknown: {
    classes: ['transient'],
    en: {
      when: 'the entry allows its other clients',
      means: 'an entry of `spec.authorization` names an MtlsGateway or a client that is not there, or not ready',
      act: 'correct the name; a client that is added is allowed at once',
    },
    zh: {
      when: '该项的其他客户端仍被允许',
      means: '`spec.authorization` 的某一项所引用的 MtlsGateway 或客户端不存在或尚未就绪',
      act: '修改名称；新增的客户端会立即被允许',
    },
  },
  ClientElsewhere: {
    classes: ['permanent'],
    en: {
      means: 'the MtlsGateway of an entry uses another gateway or group, so its clients do not arrive here',
      act: 'give both the same `gatewayRef`, or take the entry out',
    },
    zh: {
      means: '该项的 MtlsGateway 使用另一个网关或网关组，其客户端不会到达此处',
      act: '使两者的 `gatewayRef` 相同，或删除该项',
    },
  },
  ClientAmbiguous: {
    classes: ['permanent'],
    en: {
      means:
        'a client that is allowed and one that is not have the same subject, which is all that a gateway tells them by',
      act: 'give them different subjects, or name both',
    },
    zh: {
      means: '被允许与未被允许的客户端主题相同，而网关只能据此区分',
      act: '为它们使用不同的主题，或同时列出',
    },
  },
  AllowsNothing: {
    classes: ['permanent'],
    en: {
      means: 'no route has requests of the methods and paths of an entry',
      act: 'correct `paths` or `methods` of the entry, or the routes',
    },
    zh: { means: '没有路由匹配该项的方法与路径', act: '修改该项的 `paths` 或 `methods`，或修改路由' },
  },
  AuthorizationTooLarge: {
    classes: ['permanent'],
    en: {
      means: 'with the entry the lists of the routes would be too long; it allows nobody, and the others hold',
      act: 'spread the routes over several MtlsUpstreams, or have clients share a CA',
    },
    zh: {
      means: '加上该项后路由的列表会过长；该项不允许任何人，其他项仍然有效',
      act: '把路由分到多个 MtlsUpstream，或让客户端共用一个 CA',
    },
  },
  AuthorizationNotSupported: {
    classes: ['permanent'],
    en: {
      means:
        'the gateway takes no route with the plugin `fault-injection`; its routes stay as they were, so one that was open stays open',
      act: 'add the plugin to the configuration of the gateway, see [authorization](authorization.md)',
    },
    zh: {
      means: '网关不接受带有插件 `fault-injection` 的路由；已有路由保持不变，原先开放的仍然开放',
      act: '在网关的配置中加入该插件，见[授权](authorization.zh-CN.md)',
    },
  },
} as const satisfies Section;
