//! The words about how a server is.

use schemas::rest::HealthState;

/// What a language has to provide.
pub(in crate::output) trait HealthWords: Sync {
    /// A check by its name; one that is not known as it is.
    fn check(&self, name: &str) -> String;
    /// A figure by its name; one that is not known as it is.
    fn figure(&self, name: &str) -> String;
    fn state(&self, state: HealthState) -> &'static str;
    fn not_well(&self, critical: usize, warned: usize) -> String;
    /// A figure and the bound that it is beyond.
    fn bounded(&self, figure: &str, bound: &str) -> String;
    /// What stands before a remedy.
    fn to_do(&self) -> &'static str;
    /// What to do about a fault by its code, else by its check; none where what the server says is in this language, or is all
    /// that is known.
    fn remedy(&self, code: &str, check: &str) -> Option<&'static str>;
}

/// English, which servers speak too.
pub(super) struct English;

impl HealthWords for English {
    fn check(&self, name: &str) -> String {
        match name {
            "crl" => "CRL".to_owned(),
            name => name.to_owned(),
        }
    }

    fn figure(&self, name: &str) -> String {
        name.to_owned()
    }

    fn state(&self, state: HealthState) -> &'static str {
        match state {
            HealthState::Ok => "ok",
            HealthState::Warning => "warning",
            HealthState::Critical => "CRITICAL",
        }
    }

    fn not_well(&self, critical: usize, warned: usize) -> String {
        format!("{critical} critical, {warned} with a warning")
    }

    fn bounded(&self, figure: &str, bound: &str) -> String {
        format!("{figure} (bound {bound})")
    }

    fn to_do(&self) -> &'static str {
        "what to do:"
    }

    fn remedy(&self, _: &str, _: &str) -> Option<&'static str> {
        None
    }
}

/// 中文。
pub(super) struct Chinese;

impl HealthWords for Chinese {
    fn check(&self, name: &str) -> String {
        let known = match name {
            "administrator" => "管理员",
            "authority" => "机构",
            "backup" => "备份",
            "certificate" => "证书",
            "clock" => "时钟",
            "crl" => "CRL",
            "database" => "数据库",
            "database-write" => "数据库写入",
            "disk" => "磁盘",
            "intents" => "未完成的签发",
            "off-host-log" => "异地日志",
            "quarantine" => "隔离",
            "schema" => "数据库模式",
            "signer" => "签名",
            "status-feed" => "状态同步",
            name => name,
        };
        known.to_owned()
    }

    fn figure(&self, name: &str) -> String {
        let known = match name {
            "time" => "用时",
            "audit-entries" => "审计条目",
            "migrations" => "迁移",
            "open" => "未完成",
            "oldest" => "最久",
            "age" => "已过",
            "left" => "剩余",
            "entries" => "条目",
            "bound" => "容许偏差",
            "second-sources" => "第二时钟源",
            "untold" => "未写入",
            "interval" => "间隔",
            "free" => "可用",
            "size" => "总量",
            "free-files" => "可用文件数",
            "shards" => "分片",
            "active" => "有效",
            name => name,
        };
        known.to_owned()
    }

    fn state(&self, state: HealthState) -> &'static str {
        match state {
            HealthState::Ok => "正常",
            HealthState::Warning => "警告",
            HealthState::Critical => "严重",
        }
    }

    fn not_well(&self, critical: usize, warned: usize) -> String {
        format!("{critical} 项严重，{warned} 项警告")
    }

    fn bounded(&self, figure: &str, bound: &str) -> String {
        format!("{figure}（界限 {bound}）")
    }

    fn to_do(&self) -> &'static str {
        "处理："
    }

    fn remedy(&self, code: &str, check: &str) -> Option<&'static str> {
        by_code(code).or_else(|| by_check(check))
    }
}

fn by_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "administrator-ended" => "请重新登记：ca-server administrator add；或停用：administrator deactivate",
        "administrator-ends-soon" => "请为其重新签发证书，或登记下一个密钥：ca-server administrator add",
        "administrator-missing" => "请在服务器主机上登记一名管理员：ca-server administrator add",
        "authority-ended" => "请举行仪式建立后继机构，并由其签发：ca authority default",
        "authority-ends-soon" => "请举行仪式建立后继机构，并由其签发：ca authority default",
        "authority-missing" => "请认证一个机构：ca ceremony request，举行仪式，然后 ca ceremony accept",
        "authority-not-in-force" => {
            "请恢复：ca authority resume；若其证书已被撤销：建立后继机构，并由其签发：ca authority default"
        }
        "authority-not-certified" => "请认证该机构：为其请求举行仪式，然后 ca ceremony accept",
        "backup-missing" => {
            "请查看日志和 cityca_backup_failures_total 了解为何没有备份；立即备份：ca-server backup"
        }
        "backup-not-configured" => "请在配置中设置 backup.recipient 和 backup.folder",
        "backup-old" => {
            "请查看日志和 cityca_backup_failures_total 了解为何没有新备份；立即备份：ca-server backup"
        }
        "check-failed" => "请查看服务器日志并报告：这是程序的缺陷",
        "clock-ahead" => "请校准时钟：本机的、数据库的或对照时钟的",
        "clock-peers-silent" => "请查看日志了解 clock.peers 中哪些没有应答或时间不同",
        "clock-behind" => "请校准时钟；若曾记录错误时间：ca-server recover --accept-clock",
        "crl-ended" => {
            "请查看日志了解为何未发布下一份；离线机构：ca ceremony due，举行仪式，ca ceremony publish"
        }
        "crl-ends-soon" => {
            "请查看日志了解为何未发布下一份；离线机构：ca ceremony due，举行仪式，ca ceremony publish"
        }
        "crl-entry-vanished" => "请查明谁绕过服务器更改了数据库；按审计记录恢复该行",
        "crl-missing" => "请查看日志了解为何未发布；离线机构：ca ceremony publish",
        "crl-not-written" => "请为 data/publication 所在磁盘腾出空间，并确认服务器用户可以写入",
        "crl-scratch" => "请为 data/publication 所在磁盘腾出空间，并确认服务器用户可以写入",
        "crl-this-update-falls" => "请校准时钟；若曾记录错误时间：ca-server recover --accept-clock",
        "database-compared" => "请稍候：正在与已知记录比对",
        "database-credentials" => "请检查 database 中的用户和口令以及 pg_hba.conf",
        "database-read-only" => "请在 database 中指定主库，或列出集群的所有服务器",
        "database-slow" => "请检查数据库的负载、磁盘和网络",
        "database-tls" => "请检查 sslrootcert，以及数据库证书是否包含 URL 中的主机名",
        "disk-full" => "请腾出空间，或迁移到更大的磁盘",
        "disk-nearly-full" => "请腾出空间，或迁移到更大的磁盘",
        "https-ended" => "请更换 https.certificate（如已设置）并重启服务器；自带证书在启动时更新",
        "https-ends-soon" => "请更换 https.certificate（如已设置）并重启服务器；自带证书在启动时更新",
        "intents-left-open" => "请查看日志了解为何未完成；须有进程承担 issue 角色",
        "off-host-behind" => "请检查日志所在磁盘：写入过慢",
        "off-host-not-configured" => "请在 [off_host] 下指定本机之外的日志：整机回退只有它能发现",
        "off-host-unanswered" => "请恢复日志所在磁盘；撤销始终会被记录，届时确认",
        "quarantined" => "请运行 ca-server recover，并提供异地日志或最近发布的列表",
        "responder-ended" => "请查看日志了解为何未更新；离线机构：举行 ocsp-signer 仪式",
        "responder-ends-soon" => "请查看日志了解为何未更新；离线机构：举行 ocsp-signer 仪式",
        "responder-missing" => "请查看日志了解为何没有；离线机构：举行 ocsp-signer 仪式",
        "schema-from-future" => {
            "更新的程序已升级数据库模式：请在重启前将此服务器升级到该版本；在此之前不会备份"
        }
        "status-feed-silent" => "请检查数据库：它没有报告状态变更",
        "status-feed-slow" => "请检查数据库的负载：状态变更报告迟缓",
        _ => return None,
    })
}

fn by_check(check: &str) -> Option<&'static str> {
    Some(match check {
        "administrator" => "请确认数据库正在运行且本机可以访问",
        "authority" => "请确认数据库正在运行且本机可以访问",
        "backup" => "请确认 backup.folder 已挂载且服务器用户可以写入",
        "certificate" => "请查看服务器日志",
        "clock" => "请校准时钟，并确认时间同步正在运行",
        "crl" => "请查看上述详情；其余见日志",
        "database" => "请确认数据库正在运行、本机可以访问且磁盘有空间",
        "database-write" => "请确认数据库可以写入：磁盘有空间，没有其他长事务",
        "disk" => "请挂载该磁盘，并确认服务器用户可以进入",
        "intents" => "请确认数据库正在运行且本机可以访问",
        "off-host-log" => "请确认异地日志所在磁盘可用",
        "quarantine" => "请查看服务器日志",
        "schema" => "请确认数据库正在运行且本机可以访问",
        "signer" => "请启动签名进程，检查其日志、套接字和 [signer]；密钥在设备中时，检查设备和 [keys]",
        "status-feed" => "请确认数据库正在运行且本机可以访问",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use schemas::rest::{HEALTH_CHECKS, HEALTH_CODES};

    use super::*;

    fn is_chinese(text: &str) -> bool {
        text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
    }

    #[test]
    fn every_fault_that_a_server_tells_has_a_remedy_in_both_languages() {
        // In English it is the server that says what to do, which its own tests see to.
        for code in HEALTH_CODES {
            assert!(by_code(code).is_some_and(is_chinese), "{code}");
            assert_eq!(English.remedy(code, "disk"), None);
        }
        for check in HEALTH_CHECKS {
            assert!(by_check(check).is_some_and(is_chinese), "{check}");
            assert!(Chinese.check(check) != *check || *check == "crl", "{check}");
        }
    }
}
