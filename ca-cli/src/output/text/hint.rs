//! What to do next about an error, by its code.

pub(super) fn english(code: &str) -> Option<&'static str> {
    Some(match code {
        "no-configuration" => {
            "start the development server (ca-server dev) in this folder, or name its cli.toml with --config or CA_CONFIG"
        }
        "no-such-configuration" => {
            "--config or CA_CONFIG names it; `ca-server dev` writes one to cityca-data/cli.toml"
        }
        "invalid-configuration" => {
            "expected are server, trust and key, and optionally certificate and password_file"
        }
        "server-address" => "set `server` in cli.toml, such as server = \"https://127.0.0.1:8443\"",
        "trust-file" => {
            "`trust` in cli.toml names the authority of the server's HTTPS; `ca-server dev` writes it to tls-ca.pem"
        }
        "certificate-of-other-key" => {
            "`certificate` and `key` in cli.toml belong together: correct one of them"
        }
        "server-unreachable" => "is the server running, and is `server` in cli.toml its HTTPS address?",
        "store-unavailable" | "database-no-answer" | "check-unanswered" => {
            "its database does not answer, and without it nobody can be asked: see that the database runs, and the server's log and /readyz"
        }
        "server-timeout" => "try again; if it lasts, ask the server's /readyz and its logs",
        "server-not-trusted" => {
            "take `trust` in cli.toml from the server itself, not from the network; if it is right, someone else answers"
        }
        "server-other-name" => "use in `server` the host name that its certificate is for",
        "server-certificate-time" => "check the clock of this machine, then the server's certificate",
        "unexpected-answer" => {
            "`server` in cli.toml must be the HTTPS address of a City CA server of this version"
        }
        "request-time-skew" => {
            "set the clock of this machine: it is more than a minute away from the server's"
        }
        "nonce-replayed" => "the server saw this request before: do not send it twice, run the command again",
        "administrator-unknown"
        | "administrator-inactive"
        | "administrator-certificate-expired"
        | "administrator-certificate-revoked" => {
            "ask another administrator to register or reinstate yours, or use another `key` in cli.toml"
        }
        "unsupported-request-key" => "make a key that signs requests: ca key new --algorithm sm2",
        "unknown-serial" | "unknown-certificate" => "look for it: ca list --subject TEXT, or ca list --all",
        "ambiguous-serial" => "say which one with --authority NAME",
        "confirmation-required" => {
            "add --yes to go on without being asked, or --dry-run to see what would be done"
        }
        "password-required" | "key-password-needed" => {
            "put the password on the first line of a file and name it with --password-file (password_file in cli.toml)"
        }
        "no-certificate" => "give a file with a certificate, or its serial number",
        "request-sm2-identifier-empty" => "with OpenSSL, add -sigopt distid:1234567812345678 to openssl req",
        "unsupported-option" => "leave the option out, if the answer without it is enough",
        "no-object" => {
            "expected is PEM, DER or base64 of certificates, requests, keys or other objects in ASN.1"
        }
        "no-name" => "such as --subject CN=meter-7 --san dns:meter-7.example",
        "plan-altered" => "make the plan anew: what is carried out must be what was read",
        "plan-of-other-server" => "use the configuration with which the plan was made, or make it anew",
        "nothing-to-ask" => "name a certificate with --certificate or its serial with --serial",
        "https-without-trust" => {
            "name a file with the authorities of that server's HTTPS, or watch its http address"
        }
        "reason-not-for-subscribers" => "take keyCompromise or cessationOfOperation, or ask an administrator",
        _ => return None,
    })
}

pub(super) fn chinese(code: &str) -> Option<&'static str> {
    Some(match code {
        "no-configuration" => {
            "请在此目录启动开发服务器（ca-server dev），或用 --config 或 CA_CONFIG 指定 cli.toml"
        }
        "no-such-configuration" => {
            "该文件由 --config 或 CA_CONFIG 指定；`ca-server dev` 会写入 cityca-data/cli.toml"
        }
        "invalid-configuration" => "应包含 server、trust 和 key，可选 certificate 和 password_file",
        "server-address" => "请在 cli.toml 中设置 server，例如 server = \"https://127.0.0.1:8443\"",
        "trust-file" => "cli.toml 中的 trust 指向服务器 HTTPS 的信任锚；`ca-server dev` 会写入 tls-ca.pem",
        "certificate-of-other-key" => "cli.toml 中的 certificate 与 key 必须匹配",
        "server-unreachable" => "服务器是否在运行？cli.toml 中的 server 是否为其 HTTPS 地址？",
        "store-unavailable" | "database-no-answer" | "check-unanswered" => {
            "服务器的数据库没有应答，无法进一步检查：请检查数据库是否运行，并查看服务器日志和 /readyz"
        }
        "server-timeout" => "请重试；若持续如此，请检查服务器的 /readyz 和日志",
        "server-not-trusted" => {
            "请从服务器本身（而非网络）取得 cli.toml 中的 trust；若其正确，则应答者并非该服务器"
        }
        "server-other-name" => "请在 server 中使用证书所载的主机名",
        "server-certificate-time" => "请先检查本机时钟，再检查服务器证书",
        "unexpected-answer" => "cli.toml 中的 server 必须是本版本 City CA 服务器的 HTTPS 地址",
        "request-time-skew" => "请校准本机时钟：与服务器相差超过一分钟",
        "nonce-replayed" => "服务器已见过此请求：请勿重复发送，重新运行命令即可",
        "administrator-unknown"
        | "administrator-inactive"
        | "administrator-certificate-expired"
        | "administrator-certificate-revoked" => {
            "请由其他管理员登记或恢复您的密钥，或在 cli.toml 中换用其他 key"
        }
        "unsupported-request-key" => "请生成可用于签名请求的密钥：ca key new --algorithm sm2",
        "unknown-serial" | "unknown-certificate" => "请查找：ca list --subject 文本，或 ca list --all",
        "ambiguous-serial" => "请用 --authority 指明机构",
        "password-required" | "key-password-needed" => {
            "请将口令写入文件首行并用 --password-file 指定（cli.toml 中为 password_file）"
        }
        "no-certificate" => "请给出含证书的文件或证书序列号",
        "confirmation-required" => "加 --yes 可免询问，加 --dry-run 可预览",
        "request-sm2-identifier-empty" => {
            "使用 OpenSSL 时，请为 openssl req 加上 -sigopt distid:1234567812345678"
        }
        "unsupported-option" => "若不需要该检查，请去掉此选项",
        "no-object" => "应为证书、请求、密钥或其他 ASN.1 对象的 PEM、DER 或 base64",
        "no-name" => "例如 --subject CN=meter-7 --san dns:meter-7.example",
        "plan-altered" => "请重新制定计划：执行的必须与审阅的一致",
        "plan-of-other-server" => "请使用制定该计划时的配置，或重新制定",
        "nothing-to-ask" => "请用 --certificate 指明证书，或用 --serial 指明序列号",
        "https-without-trust" => "请指定该服务器 HTTPS 的信任锚文件，或改为监视其 http 地址",
        "reason-not-for-subscribers" => "请使用 keyCompromise 或 cessationOfOperation，或联系管理员",
        _ => return None,
    })
}
