/** The Chinese texts of the tables that are made from the schema: each English one of a field or a rule has one here. */
export const chineseTexts: Readonly<Record<string, string>> = {
  'The gateway that this resource configures.': '本资源所配置的网关。',
  'Name of a gateway in the configuration of the operator, which the administrator writes.':
    'Operator 配置中的网关名称，配置由管理员编写。',
  'Exact name of the gateway group (API7 Enterprise) that serves the hosts.':
    '提供这些域名的网关组（API7 企业版）的准确名称。',
  'Host names, exact or with * as the first label; each becomes an SNI that requires a client certificate.':
    '域名，精确域名或以 * 为第一个标签的通配符；每个域名成为一个要求客户端证书的 SNI。',
  'The certificate authority that issues the certificates of both sides.': '为两端签发证书的 CA。',
  'A CA that the operator generates and renews; either this or secretRef.':
    '由 Operator 生成并续签的 CA；与 secretRef 二选一。',
  'What happens when another CA that signs itself, with its key, is put into the Secret of secretRef. Rotate, the default: it follows the one before as a generated CA does, and the operator keeps the CA that signs, with its key, in the Secret named after the resource followed by -signing-ca. ReplaceAtOnce: it signs at once, clients of the one before are rejected, and no key is copied.':
    '在 secretRef 的 Secret 中放入另一个自签名且带私钥的 CA 时如何处理。Rotate（默认）：它像生成的 CA 一样接替之前的 CA，Operator 将当前签发的 CA 连同私钥保存在名为资源名称加 -signing-ca 的 Secret 中。ReplaceAtOnce：它立即签发，之前 CA 的客户端会被拒绝，不复制私钥。',
  'Common name of the CA; the subject of each generation of the CA also has a serial number.':
    'CA 的通用名称（CN）；每一代 CA 的主题中另有一个序列号。',
  'Attributes of the subject in addition to the common name.': '主题中除通用名称之外的属性。',
  'Country, as a code of two letters (C).': '国家，两个字母的代码（C）。',
  'State or province (ST).': '省或州（ST）。',
  'Locality (L).': '城市（L）。',
  'Organization (O).': '组织（O）。',
  'Organizational unit (OU).': '部门（OU）。',
  'Attribute serialNumber of the subject; not the serial number of the certificate.':
    '主题中的 serialNumber 属性；不是证书的序列号。',
  'Name constraints: DNS names for which the CA may issue, and all names below them. A change makes a new CA; each client then needs a DNS name, IP address or URI of its own.':
    '名称约束：CA 可以为哪些 DNS 名称及其下级名称签发。修改会生成新的 CA；此时每个客户端都需要自己的 DNS 名称、IP 地址或 URI。',
  'Secret that holds the CA certificate and its key; by default the name of the resource followed by -ca.':
    '存放 CA 证书及其私钥的 Secret；默认为资源名称加 -ca。',
  'Algorithm and size of the private key. The signature algorithm depends on the key of the issuer.':
    '私钥的算法与长度。签名算法取决于签发者的密钥。',
  'Lifetime of the certificate, in hours, minutes and seconds, for example 2160h.':
    '证书的有效期，以时、分、秒表示，例如 2160h。',
  'How long before its end the certificate is renewed, as a duration or as a share of its real lifetime, for example 33%; by default after two thirds of the lifetime. Renewed up to a twentieth of the lifetime earlier, so that not all certificates are renewed at once.':
    '在到期前多久续签：一段时间，或实际有效期的比例，例如 33%；默认在有效期过去三分之二之后。再提前最多二十分之一的有效期，以免所有证书同时续签。',
  'A CA of your own: tls.crt with its chain and tls.key to issue certificates, or ca.crt alone to trust only; either this or generated.':
    '自带的 CA：tls.crt（含证书链）与 tls.key 用于签发，或只有 ca.crt 而仅用于信任；与 generated 二选一。',
  'Name of the Secret, in the same namespace.': 'Secret 的名称，在同一命名空间内。',
  'Name of the ConfigMap, in the same namespace.': 'ConfigMap 的名称，在同一命名空间内。',
  'The certificate that the gateway presents for the hosts.': '网关为这些域名出示的证书。',
  'A certificate of your own, for example from cert-manager: tls.crt with its chain, tls.key, and ca.crt if there is one.':
    '自带的证书，例如来自 cert-manager：tls.crt（含证书链）、tls.key，以及 ca.crt（如有）。',
  'Secret for the certificate and key of the gateway; by default the name of the resource followed by -server.':
    '存放网关证书与私钥的 Secret；默认为资源名称加 -server。',
  'IP addresses of the server, as subject alternative names.': '服务端的 IP 地址，写入 SAN。',
  'URIs of the server, for example a SPIFFE ID, as subject alternative names.':
    '服务端的 URI，例如 SPIFFE ID，写入 SAN。',
  'Whether a renewal makes a new key, or keeps the present one as long as it matches the spec.':
    '续签时生成新私钥，还是在符合 spec 时保留现有私钥。',
  'A keystore in the same Secret, under the key keystore.p12, for Java and Windows.':
    '同一 Secret 中的密钥库，键为 keystore.p12，供 Java 与 Windows 使用。',
  'A PKCS#12 file with the key, the certificate and its issuers.': 'PKCS#12 文件，包含私钥、证书及其签发者。',
  'Password of the keystore.': '密钥库的密码。',
  'Key in its data.': '其 data 中的键。',
  'Clients that get a certificate from this resource.': '从本资源获得证书的客户端。',
  'Name of the client within this resource.': '客户端在本资源中的名称。',
  'Common name in the subject of the client certificate.': '客户端证书主题中的通用名称。',
  'Secret for the certificate and key; by default the names of the resource and of the client with a hyphen between them.':
    '存放证书与私钥的 Secret；默认为资源名称与客户端名称，以连字符相连。',
  'DNS names of the client, as subject alternative names.': '客户端的 DNS 名称，写入 SAN。',
  'IP addresses of the client, as subject alternative names.': '客户端的 IP 地址，写入 SAN。',
  'URIs of the client, for example a SPIFFE ID, as subject alternative names. A client without any name gets a URI made from its common name.':
    '客户端的 URI，例如 SPIFFE ID，写入 SAN。没有任何名称的客户端会得到一个由通用名称生成的 URI。',
  'E-mail addresses of the client, as subject alternative names.': '客户端的电子邮件地址，写入 SAN。',
  'Further CAs whose client certificates are accepted, in addition to the CA of this resource.':
    '除本资源的 CA 之外，还接受哪些 CA 的客户端证书。',
  'A ConfigMap with CA certificates as PEM.': '含有 PEM 格式 CA 证书的 ConfigMap。',
  'A Secret with CA certificates as PEM.': '含有 PEM 格式 CA 证书的 Secret。',
  'Whether a CA that is taken out of it stays trusted until it was seen that nobody needs it, see docs/rotation.md; left out: it leaves at once.':
    '从中取出的 CA 是否继续受信任，直到看到已无人需要它，见 docs/rotation.zh-CN.md；省略时立即离开。',
  'Further CAs that clients need to verify the gateway, in addition to the CA of this resource; written to ca.crt of the Secrets of clients.':
    '除本资源的 CA 之外，客户端验证网关还需要哪些 CA；写入客户端 Secret 的 ca.crt。',
  'How the gateway verifies client certificates, apart from which CAs it trusts.':
    '除信任哪些 CA 之外，网关如何验证客户端证书。',
  'How many intermediate certificates may stand between a client certificate and a trusted root; by default 1. API7 Enterprise 3.6 or newer has no such setting.':
    '客户端证书与受信任的根证书之间最多有多少张中间证书；默认为 1。API7 企业版 3.6 或更新版本没有这项设置。',
  'Paths that need no client certificate, exact or with * at the end. If set, a request without one to any other path is rejected with HTTP 400, no longer in the handshake. Apache APISIX only.':
    '不需要客户端证书的路径，精确路径或以 * 结尾。设置之后，发往其他路径而不带证书的请求以 HTTP 400 拒绝，不再于握手时拒绝。仅适用于 Apache APISIX。',
  'How the operator proves that the gateway accepts the right client certificate and rejects requests without one.':
    'Operator 如何证明网关接受正确的客户端证书，并拒绝不带证书的请求。',
  'Path that the operator requests through the gateway, with and without a client certificate.':
    'Operator 经网关请求的路径，带客户端证书和不带客户端证书各请求一次。',
  'Whether the objects at the gateway are deleted with this resource or stay.': '网关上的对象随本资源删除，还是保留。',
  'Whether a Secret or ConfigMap that the spec no longer needs, such as the Secret of a removed client, is deleted at once or stays until this resource is deleted.':
    'spec 不再需要的 Secret 或 ConfigMap（例如已移除的客户端的 Secret）立即删除，还是保留到本资源删除为止。',
  'The certificate that NGINX presents to the gateway.': 'NGINX 向网关出示的证书。',
  'A certificate of your own for NGINX: tls.crt with its chain, tls.key, and ca.crt if there is one.':
    '自带的 NGINX 证书：tls.crt（含证书链）、tls.key，以及 ca.crt（如有）。',
  'DNS names of NGINX, required for a certificate that the operator issues; one of them must cover nginx.serverName, which the gateway verifies.':
    'NGINX 的 DNS 名称，由 Operator 签发证书时必填；其中之一必须覆盖 nginx.serverName，网关验证的就是该名称。',
  'Secret that NGINX mounts: certificate, key and, in ca.crt, the CAs of the clients that it accepts; also for a certificate of your own. By default the name of the resource followed by -server.':
    'NGINX 挂载的 Secret：证书、私钥，以及 ca.crt 中 NGINX 所接受的客户端的 CA；自带证书时也是如此。默认为资源名称加 -server。',
  'The certificate that the gateway presents to NGINX.': '网关向 NGINX 出示的证书。',
  'A client certificate of your own: tls.crt with its chain, tls.key, and ca.crt if there is one.':
    '自带的客户端证书：tls.crt（含证书链）、tls.key，以及 ca.crt（如有）。',
  'Common name in the subject of the client certificate of the gateway, required for a certificate that the operator issues.':
    '网关客户端证书主题中的通用名称，由 Operator 签发证书时必填。',
  'Secret for the certificate and key; by default the name of the resource followed by -client.':
    '存放证书与私钥的 Secret；默认为资源名称加 -client。',
  'Further CAs whose client certificates NGINX accepts, in addition to the CA of this resource; written to ca.crt of its Secret.':
    '除本资源的 CA 之外，NGINX 还接受哪些 CA 的客户端证书；写入其 Secret 的 ca.crt。',
  'Further CAs with which the gateway verifies NGINX, in addition to the CA of this resource.':
    '除本资源的 CA 之外，网关还用哪些 CA 验证 NGINX。',
  'The server block of NGINX, rendered into a ConfigMap.': 'NGINX 的 server 块，渲染到一个 ConfigMap 中。',
  'Port on which NGINX listens for the gateway.': 'NGINX 为网关监听的端口。',
  'Name of the server block; one of dnsNames must cover it.': 'server 块的名称；dnsNames 之一必须覆盖它。',
  'Has the operator run NGINX, as a Deployment, a Service and a PodDisruptionBudget with the name of the resource followed by -nginx, each pod with an agent that takes up certificates and configuration. Left out: NGINX is yours.':
    '让 Operator 运行 NGINX：名称为资源名称加 -nginx 的 Deployment、Service 与 PodDisruptionBudget，每个 pod 都带有使证书与配置生效的 agent。不设置则由您自行运行 NGINX。',
  'How many pods of NGINX run.': 'NGINX 运行多少个 pod。',
  'Image of NGINX, one that the administrator allows; it must hold nginx and /bin/sh and run as any user. By default the first one that is allowed.':
    'NGINX 的镜像，须为管理员所允许；它必须含有 nginx 与 /bin/sh，并能以任意用户运行。默认为允许的第一个。',
  'CPU and memory of NGINX.': 'NGINX 的 CPU 与内存。',
  'What NGINX is given.': '分配给 NGINX 的资源。',
  'What NGINX may use.': 'NGINX 可以使用的资源。',
  'CPU that a pod is given. By default 50m.': '分配给 pod 的 CPU。默认为 50m。',
  'Memory that a pod is given. By default 64Mi.': '分配给 pod 的内存。默认为 64Mi。',
  'CPU that NGINX may use. By default as much as there is.': 'NGINX 可以使用的 CPU。默认不限。',
  'Memory that NGINX may use. By default as much as there is.': 'NGINX 可以使用的内存。默认不限。',
  'must be 1024 or above with deployment, like those of additionalListen, since NGINX has no privileges there':
    '设置 deployment 时必须不小于 1024，additionalListen 的端口也一样，因为其中的 NGINX 没有特权',
  'Further ports on which NGINX listens.': 'NGINX 另外监听的端口。',
  'Further names that the server block answers to, like www.test.com or *.test.com.':
    'server 块另外响应的名称，例如 www.test.com 或 *.test.com。',
  'What NGINX does with a client that asks for another name, or for none: serve it by this server block if it is the first one for the port, or reject the handshake by a default server, of which a port can have one. By default Reject where output is WholeFile, else Serve.':
    '客户端请求其他名称或不带名称时 NGINX 的做法：若本 server 块是该端口的第一个，则由它响应（Serve）；或由默认 server 拒绝握手（Reject），每个端口只能有一个默认 server。output 为 WholeFile 时默认为 Reject，否则为 Serve。',
  'What NGINX takes of TLS.': 'NGINX 接受的 TLS。',
  'Versions of TLS that NGINX takes.': 'NGINX 接受的 TLS 版本。',
  'Cipher suites for TLS 1.2: those of NGINX, or those of Mozilla for servers of today (ECDHE with AES-GCM or ChaCha20).':
    'TLS 1.2 的密码套件：NGINX 的默认值，或 Mozilla 为当今服务器推荐的套件（ECDHE 配合 AES-GCM 或 ChaCha20）。',
  'How NGINX verifies clients.': 'NGINX 如何验证客户端。',
  'Whether every request needs a client certificate, or only one to a location with requireClientCertificate. A certificate that is not trusted is rejected everywhere.':
    '是每个请求都需要客户端证书，还是只有访问设置了 requireClientCertificate 的 location 才需要。不受信任的证书在任何地方都被拒绝。',
  'How many CA certificates may stand above a client certificate; by default as many as the client certificate of the gateway needs.':
    '客户端证书之上最多可有几张 CA 证书；默认为网关客户端证书所需的数量。',
  'What the ConfigMap holds: mtls.conf, for a directory that nginx.conf includes within http, or nginx.conf, the whole file, for an NGINX in a container of its own, which logs to its standard output and writes to /tmp alone.':
    'ConfigMap 的内容：mtls.conf，放入 nginx.conf 在 http 中 include 的目录；或 nginx.conf，即整个文件，用于独占一个容器的 NGINX，它把日志写到标准输出，只写 /tmp。',
  'ConfigMap for the configuration; by default the name of the resource followed by -nginx.':
    '存放该配置的 ConfigMap；默认为资源名称加 -nginx。',
  'Directory in which NGINX finds the server Secret; a relative one starts at the directory of nginx.conf.':
    'NGINX 查找服务端 Secret 的目录；相对路径以 nginx.conf 所在目录为起点。',
  'DNS servers with which NGINX resolves the hosts of proxies while it runs. By default NGINX resolves them once, when it loads its configuration, and rejects the configuration if a host is unknown.':
    'NGINX 在运行中解析 proxy 的 host 时所用的 DNS 服务器。默认情况下 NGINX 只在加载配置时解析一次，若有 host 无法解析则拒绝该配置。',
  'Locations of the server block, by path.': 'server 块的 location，按路径排列。',
  'Prefix of the paths that the location answers, decoded and normalised, as NGINX compares them.':
    '该 location 所响应路径的前缀，为解码并规范化后的形式，NGINX 以此比较。',
  'Whether a request needs a client certificate, where clientVerification.mode is Optional.':
    '当 clientVerification.mode 为 Optional 时，请求是否需要客户端证书。',
  'A fixed answer; one of this, proxy and root.': '固定应答；与 proxy、root 三选一。',
  'Media type of the answer; by default text/plain.': '应答的媒体类型；默认为 text/plain。',
  'Directory of files that NGINX serves, to which the whole path of the request is added; one of this, return and proxy.':
    'NGINX 所提供文件的目录，请求的完整路径附加在其后；与 return、proxy 三选一。',
  'HTTP status of the answer; not a redirect.': '应答的 HTTP 状态码；不能是重定向。',
  'Text of the answer; one line, without $, which NGINX would take for a variable.':
    '应答的文本；一行，不含 $（NGINX 会将其视为变量）。',
  'An application behind NGINX, reached over HTTP; one of this, return and root.':
    'NGINX 后端的应用，通过 HTTP 访问；与 return、root 三选一。',
  'Host of the application behind NGINX; either this or serviceRef.':
    'NGINX 后端应用的域名或 IP 地址；与 serviceRef 二选一。',
  'A Kubernetes Service as the application behind NGINX; either this or host.':
    '作为 NGINX 后端应用的 Kubernetes Service；与 host 二选一。',
  'Name of the Service, in the same namespace.': 'Service 的名称，位于同一命名空间。',
  'How long NGINX waits for the application.': 'NGINX 等待应用的时间。',
  'For a connection to the application. By default 60.': '等待与应用建立连接的秒数。默认为 60。',
  'For the application to send more of its answer. By default 60.': '等待应用继续发送应答的秒数。默认为 60。',
  'For the application to take more of the request. By default 60.': '等待应用继续接收请求的秒数。默认为 60。',
  'Whether the application is told whose client certificate NGINX verified, in X-SSL-Client-Verify, -Subject, -Issuer, -Serial, -Fingerprint (SHA-1) and -Cert (URL-encoded PEM, which holds the SANs). What a client sent under these names is removed.':
    '是否告知应用 NGINX 验证了谁的客户端证书：X-SSL-Client-Verify、-Subject、-Issuer、-Serial、-Fingerprint（SHA-1）与 -Cert（URL 编码的 PEM，其中含 SAN）。客户端以这些名称发送的内容会被移除。',
  'Port of the application behind NGINX.': 'NGINX 后端应用的端口。',
  'The service, upstream and routes at the gateway.': '网关上的服务、上游与路由。',
  'Name of the service at the gateway.': '网关上的服务名称。',
  'Hosts for which the service answers; if empty, every host.': '服务所响应的域名；为空则响应所有域名。',
  'The NGINX behind the service.': '服务后端的 NGINX。',
  'Addresses of NGINX.': 'NGINX 的地址。',
  'Host name or IP address at which the gateway reaches NGINX.': '网关访问 NGINX 所用的域名或 IP 地址。',
  'Port of NGINX.': 'NGINX 的端口。',
  'Weight of this node: its share of the requests.': '该节点的权重，即它所分担请求的比例。',
  'How often the gateway retries a request that failed at a node; 2 hides the reload of one NGINX. A POST is never retried.':
    '请求在某个节点上失败后，网关重试的次数；2 可以掩盖一个 NGINX 的 reload。POST 从不重试。',
  'Routes of the service.': '服务的路由。',
  'Name of the route at the gateway.': '网关上的路由名称。',
  'HTTP methods that the route matches.': '路由匹配的 HTTP 方法。',
  'Paths that the route matches; a final /* matches all paths below.': '路由匹配的路径；以 /* 结尾则匹配其下所有路径。',

  'must be host names, not IP addresses: clients send no SNI for an address':
    '必须是域名而不是 IP 地址：对 IP 地址，客户端不发送 SNI',
  'must have at most 1024 names in total; spread them over several MtlsGateways':
    '合计最多 1024 个名称；请分散到多个 MtlsGateway',
  'must not be exempt from client verification, since the operator proves there that client certificates are required':
    '不能免除客户端验证，因为 Operator 在该路径上证明客户端证书是必需的',
  'each certificate needs a Secret of its own, but two have the same secretName':
    '每张证书需要各自的 Secret，不能有两个相同的 secretName',
  'whenReplaced is only for a CA of secretRef': 'whenReplaced 只用于 secretRef 的 CA',
  'exactly one of generated and secretRef must be set': 'generated 与 secretRef 必须且只能设置一个',
  'must be at least 1h': '不得小于 1h',
  'must be at least 5m': '不得小于 5m',
  'must be at most two thirds of duration': '不得超过 duration 的三分之二',
  'the names of one certificate must have at most 8192 characters in total': '一张证书的全部名称合计最多 8192 个字符',
  'must not be combined with subject, names, renewBefore and keystore, which are for a certificate that the operator issues':
    '不能与 subject、各类名称、renewBefore、keystore 同时设置：它们用于由 Operator 签发的证书',
  'must not be combined with secretRef, since no Secret is written then':
    '不能与 secretRef 同时设置，因为此时不写入 Secret',
  'must not be ca or server or end with -ca or -server, as the names of other Secrets do; or give a secretName':
    '不能是 ca 或 server，也不能以 -ca 或 -server 结尾，因为其他 Secret 使用这样的名称；或者设置 secretName',
  'exactly one of configMapRef and secretRef must be set': 'configMapRef 与 secretRef 必须且只能设置一个',
  'must not be /*, which would exempt every path': '不能是 /*，否则所有路径都被免除',
  'nginx.serverName must be covered by serverCertificate.dnsNames':
    'serverCertificate.dnsNames 必须覆盖 nginx.serverName',
  'exactly one of dnsNames, for a certificate that the operator issues, and secretRef must be set':
    'dnsNames（由 Operator 签发证书）与 secretRef 必须且只能设置一个',
  'exactly one of commonName, for a certificate that the operator issues, and secretRef must be set':
    'commonName（由 Operator 签发证书）与 secretRef 必须且只能设置一个',
  'must hold no empty part and no part . or .., since NGINX compares paths without them':
    '不能含有空的路径段，也不能含有 . 或 ..，因为 NGINX 比较的路径中没有这些',
  'must not begin with /.well-known/mtls-operator/, which the operator reserves':
    '不能以 /.well-known/mtls-operator/ 开头，该路径由 Operator 保留',
  'exactly one of return, proxy and root must be set': 'return、proxy 与 root 必须且只能设置一个',
  'exactly one of host and serviceRef must be set': 'host 与 serviceRef 必须且只能设置一个',
  'must not repeat listen': '不能重复 listen',
  'must not repeat serverName': '不能重复 serverName',
  'must have a location with requireClientCertificate where clientVerification.mode is Optional, and none where it is Required, which holds for all':
    '当 clientVerification.mode 为 Optional 时必须有设置了 requireClientCertificate 的 location；为 Required 时对所有 location 都有效，因此不能再设置',
  'must not be a redirect, whose text NGINX would send as a Location header':
    '不能是重定向，否则 NGINX 会把文本作为 Location 头发送',
  'must not be empty for this status, since NGINX would not answer with it':
    '对该状态码不能为空，否则 NGINX 不会以它应答',
  'must not be unix, which NGINX would read as a local socket': '不能是 unix，否则 NGINX 会将其视为本机套接字',
  'must have at most 256 paths in total; spread them over several MtlsUpstreams':
    '合计最多 256 个路径；请分散到多个 MtlsUpstream',
  'must be at most 1024 when multiplied by the number of paths of all routes; spread them over several MtlsUpstreams':
    '与全部路由的路径数之积最多为 1024；请分散到多个 MtlsUpstream',
  'Client certificates of the CA that NGINX is to reject although they have not ended. The operator signs a list of them, ca.crl, into the Secret of NGINX and into that of the CA, and has NGINX check it. One of these that is in use is replaced.':
    '该 CA 尚未到期、但 NGINX 须拒绝的客户端证书。Operator 为其签发吊销列表 ca.crl，写入 NGINX 的 Secret 与 CA 的 Secret，并让 NGINX 检查它。若其中某张证书正在使用，则会更换。',
  'Which clients may send which requests to the routes. The gateway answers every request that no entry allows with HTTP 403, so also each one without a verified client certificate. Left out: whoever reaches the gateway may send any.':
    '哪些客户端可以向路由发送哪些请求。凡是没有任何一项允许的请求，网关都以 HTTP 403 应答，不带已验证客户端证书的请求也是如此。省略时，凡能到达网关者都可以发送任何请求。',
  'Clients of an MtlsGateway, by name.': '某个 MtlsGateway 的客户端，按名称。',
  'The MtlsGateway at whose hosts the clients arrive; it must use the same gateway.':
    '客户端经由其域名到达的 MtlsGateway；它必须使用同一个网关。',
  'Name of the MtlsGateway, in the same namespace.': 'MtlsGateway 的名称，在同一命名空间中。',
  'Names of clients in its spec.clients.': '其 spec.clients 中客户端的名称。',
  'Clients of an MtlsGateway, by a URI that their certificates carry.': '某个 MtlsGateway 的客户端，按其证书中的 URI。',
  'URIs as they stand in uris of its spec.clients; each client that has one of them.':
    '其 spec.clients 的 uris 中的 URI；凡具有其中之一的客户端。',
  'Certificates by their names, whoever issued them, as verified at the hosts of the service.':
    '按名称指定的证书，无论由谁签发，须在服务的域名上通过验证。',
  'Subject of the certificate, as openssl x509 -nameopt rfc2253 writes it.':
    '证书的主题，写法同 openssl x509 -nameopt rfc2253。',
  'Paths that they may request, as routes have them; left out: all paths of the routes.':
    '可以请求的路径，写法同路由；省略时为路由的所有路径。',
  'HTTP methods that they may use; left out: all methods of the routes.':
    '可以使用的 HTTP 方法；省略时为路由的所有方法。',
  'must not have subjects while service.hosts is empty, since at a host of its own another tenant may trust a CA that issues any name':
    'service.hosts 为空时不能使用 subjects，因为其他租户可以在自己的域名上信任一个签发任意名称的 CA',
  'the subjects and issuers of all entries must have at most 65536 characters in total':
    '所有项的主题与签发者合计最多 65536 个字符',
  'exactly one of clients, uris and subjects must be set': 'clients、uris、subjects 必须恰好设置一个',
  'Serial number of the certificate, as status shows it.': '证书的序列号，与 status 中的写法相同。',
  'Issuer of the certificate, as openssl x509 -nameopt rfc2253 writes it.':
    '证书的签发者，写法同 openssl x509 -nameopt rfc2253。',
  'Why it is revoked, as RFC 5280 names it; for the record.': '吊销原因，使用 RFC 5280 的名称；仅作记录。',
  'Whether NGINX checks client certificates against ca.crl, a file of PEM lists in tlsDirectory, which you put there. It must hold a list of every CA in ca.crt, or NGINX rejects all clients of that CA. For certificates of the CA of this resource the operator makes one: see revoked.':
    'NGINX 是否用 ca.crl 检查客户端证书；该文件为 PEM 格式的吊销列表，由您放入 tlsDirectory。它必须含有 ca.crt 中每个 CA 的列表，否则 NGINX 拒绝该 CA 的所有客户端。对于本资源 CA 的证书，Operator 可代为生成：见 revoked。',
  'the names of revoked certificates must have at most 131072 characters in total':
    '被吊销证书的名称合计最多 131072 个字符',
  'revoked must be empty with nginx.clientVerification.revocationLists, since NGINX reads one ca.crl: the operator signs it, or you put it there':
    '设置 nginx.clientVerification.revocationLists 时 revoked 必须为空，因为 NGINX 只读取一个 ca.crl：要么由 Operator 签发，要么由您放置',
  'Refuses every certificate of the client that has not ended, and issues none. Without it a new one is issued, and the former ones stay refused.':
    '拒绝该客户端所有尚未到期的证书，也不再签发新证书。去掉本字段后会签发新证书，此前的证书仍被拒绝。',
  'Since when they are not to be trusted; for the record. They are refused at once, whatever stands here.':
    '这些证书从何时起不可信；仅作记录。无论此处写什么，它们都会立即被拒绝。',
  'Whether its Secret stays with its certificate and without its key, or is deleted.':
    '其 Secret 是保留（含证书、不含私钥），还是删除。',
  'Client certificates that the gateway refuses for these hosts, whoever issued them.':
    '网关对这些域名拒绝的客户端证书，无论由谁签发。',
  'Serial number of the certificate, as status shows it; goes with issuer.':
    '证书的序列号，与 status 中的写法相同；须同时设置 issuer。',
  'SHA-256 of the certificate, as status shows it.': '证书的 SHA-256，与 status 中的写法相同。',
  'Subject of the certificate, as openssl x509 -nameopt rfc2253 writes it: every certificate of that name; goes with issuer.':
    '证书的主题，写法同 openssl x509 -nameopt rfc2253：该名称的所有证书；须同时设置 issuer。',
  'Issuer of the certificate, as openssl x509 -nameopt rfc2253 writes it; required with serialNumber and subject, which other CAs may give as well.':
    '证书的签发者，写法同 openssl x509 -nameopt rfc2253；使用 serialNumber 与 subject 时必填，因为其他 CA 也可能使用相同的序列号或主题。',
  'exactly one of serialNumber, sha256Fingerprint and subject must be set':
    'serialNumber、sha256Fingerprint 与 subject 必须且只能设置其中一个',
  'must be set with serialNumber and with subject, and not with sha256Fingerprint':
    '使用 serialNumber 或 subject 时必须设置，使用 sha256Fingerprint 时不得设置',
};
