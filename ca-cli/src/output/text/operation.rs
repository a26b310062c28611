//! The words about authorities, lists that are published, and revocations of many certificates.

use crate::command::Stage;
use crate::report::AuthorityChange;

/// Words without values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Term {
    And,
    Name,
    NextList,
    NoAuthorities,
    AtWork,
    IsDefault,
    Requested,
    Suspended,
    Offline,
    Published,
    NotPublished,
    PlanMade,
    RevokeMany,
    WouldRevokeMany,
    PlanDone,
    PlanInterrupted,
    AllWell,
    Well,
    Warned,
    Failed,
}

/// What a language has to provide.
pub(in crate::output) trait Operations: Sync {
    fn term(&self, term: Term) -> &'static str;
    /// What goes on.
    fn stage(&self, stage: Stage) -> &'static str;
    fn intention(&self, change: AuthorityChange) -> &'static str;
    fn done(&self, change: AuthorityChange) -> &'static str;
    fn would(&self, change: AuthorityChange) -> &'static str;
    fn already(&self, count: u64) -> String;
    fn unknown(&self, count: usize) -> String;
    fn left_out(&self, count: usize) -> String;
    fn not_reached(&self, count: u64) -> String;
    fn carry_out(&self, command: &str) -> String;
    fn not_well(&self, failed: usize, warned: usize) -> String;
    fn number(&self, number: &str) -> String;
}

/// English.
pub(super) struct English;

impl Operations for English {
    fn term(&self, term: Term) -> &'static str {
        match term {
            Term::And => ", ",
            Term::Name => "Name",
            Term::NextList => "CRL ends",
            Term::NoAuthorities => "No authorities.",
            Term::AtWork => "at work",
            Term::IsDefault => "default",
            Term::Requested => "waits for its certificate",
            Term::Suspended => "suspended",
            Term::Offline => "key offline",
            Term::Published => "Published",
            Term::NotPublished => "Not published",
            Term::PlanMade => "Planned; nothing was changed",
            Term::RevokeMany => "Revoke for good:",
            Term::WouldRevokeMany => "Would be revoked; nothing was changed",
            Term::PlanDone => "Plan carried out",
            Term::PlanInterrupted => "Plan interrupted: run it again",
            Term::AllWell => "all is well",
            Term::Well => "well   ",
            Term::Warned => "warning",
            Term::Failed => "FAILED ",
        }
    }

    fn stage(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Selecting => "looking up",
            Stage::Planning => "planning",
            Stage::Revoking => "revoking",
        }
    }

    fn intention(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "Suspend: it issues nothing until it is resumed",
            AuthorityChange::Resume => "Resume: it issues again",
            AuthorityChange::MakeDefault => "Let it issue where no authority is named",
        }
    }

    fn done(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "Suspended: it issues nothing until it is resumed",
            AuthorityChange::Resume => "Resumed",
            AuthorityChange::MakeDefault => "It issues where no authority is named",
        }
    }

    fn would(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "Would be suspended; nothing was changed",
            AuthorityChange::Resume => "Would be resumed; nothing was changed",
            AuthorityChange::MakeDefault => "Would issue where no authority is named; nothing was changed",
        }
    }

    fn already(&self, count: u64) -> String {
        format!("{count} more {} revoked already", if count == 1 { "is" } else { "are" })
    }

    fn unknown(&self, count: usize) -> String {
        format!("{count} {} not known to the server:", if count == 1 { "is" } else { "are" })
    }

    fn left_out(&self, count: usize) -> String {
        format!("{count} {} left out:", if count == 1 { "is" } else { "are" })
    }

    fn not_reached(&self, count: u64) -> String {
        format!("{count} {} not come to", if count == 1 { "was" } else { "were" })
    }

    fn carry_out(&self, command: &str) -> String {
        format!("carry it out: {command}")
    }

    fn not_well(&self, failed: usize, warned: usize) -> String {
        format!("{failed} failed, {warned} with a warning")
    }

    fn number(&self, number: &str) -> String {
        format!("number {number}")
    }
}

/// 中文。
pub(super) struct Chinese;

impl Operations for Chinese {
    fn term(&self, term: Term) -> &'static str {
        match term {
            Term::And => "，",
            Term::Name => "名称",
            Term::NextList => "CRL 到期",
            Term::NoAuthorities => "没有机构。",
            Term::AtWork => "运行中",
            Term::IsDefault => "默认",
            Term::Requested => "等待证书",
            Term::Suspended => "已暂停签发",
            Term::Offline => "密钥离线",
            Term::Published => "已发布",
            Term::NotPublished => "未发布",
            Term::PlanMade => "已制定计划；未做任何更改",
            Term::RevokeMany => "永久撤销：",
            Term::WouldRevokeMany => "将撤销；未做任何更改",
            Term::PlanDone => "计划已执行",
            Term::PlanInterrupted => "计划中断：请重新执行",
            Term::AllWell => "一切正常",
            Term::Well => "正常",
            Term::Warned => "警告",
            Term::Failed => "故障",
        }
    }

    fn stage(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Selecting => "查找",
            Stage::Planning => "制定计划",
            Stage::Revoking => "撤销",
        }
    }

    fn intention(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "暂停：恢复之前不再签发",
            AuthorityChange::Resume => "恢复签发",
            AuthorityChange::MakeDefault => "未指定机构时由其签发",
        }
    }

    fn done(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "已暂停：恢复之前不再签发",
            AuthorityChange::Resume => "已恢复签发",
            AuthorityChange::MakeDefault => "未指定机构时已改由其签发",
        }
    }

    fn would(&self, change: AuthorityChange) -> &'static str {
        match change {
            AuthorityChange::Suspend => "将暂停签发；未做任何更改",
            AuthorityChange::Resume => "将恢复签发；未做任何更改",
            AuthorityChange::MakeDefault => "未指定机构时将由其签发；未做任何更改",
        }
    }

    fn already(&self, count: u64) -> String {
        format!("另有 {count} 张此前已撤销")
    }

    fn unknown(&self, count: usize) -> String {
        format!("服务器上没有以下 {count} 个序列号：")
    }

    fn left_out(&self, count: usize) -> String {
        format!("排除以下 {count} 张：")
    }

    fn not_reached(&self, count: u64) -> String {
        format!("{count} 张尚未处理")
    }

    fn carry_out(&self, command: &str) -> String {
        format!("执行：{command}")
    }

    fn not_well(&self, failed: usize, warned: usize) -> String {
        format!("{failed} 项故障，{warned} 项警告")
    }

    fn number(&self, number: &str) -> String {
        format!("编号 {number}")
    }
}
