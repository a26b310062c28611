//! Words about the content of extensions.

/// Rules about policies below an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Rule {
    /// Certificates until a policy is required.
    Required(u32),
    /// Certificates until mappings do not count.
    NoMapping(u32),
    /// Certificates until any policy stands for none.
    NoAnyPolicy(u32),
}

/// What a language has to provide for it.
pub(in crate::output) trait Meanings: Sync {
    /// What is numbered, by its name in profiles.
    fn numbered(&self, name: &'static str) -> &'static str;
    /// What a statement of a qualified certificate says, by its name in JSON; a value follows some of them.
    fn statement(&self, meaning: &'static str) -> &'static str;
    /// Years for which documents are kept.
    fn years(&self, count: u64) -> String;
    /// A promise of a log of another version.
    fn other_version(&self, version: u16) -> String;
    /// A notice to whoever relies on a policy.
    fn notice(&self, text: &str) -> String;
    /// A policy that counts for another.
    fn mapping(&self, issuer: &str, subject: &str) -> String;
    fn rule(&self, rule: Rule) -> String;
    fn from(&self, time: &str) -> String;
    fn until(&self, time: &str) -> String;
    /// Whose certificates a list is about, by the name in JSON.
    fn only(&self, name: &'static str) -> &'static str;
    fn some_reasons(&self) -> &'static str;
    fn indirect(&self) -> &'static str;
    /// A list that adds to that of a number.
    fn delta(&self, base: &str) -> String;
    /// A feature of TLS by its number.
    fn feature(&self, number: u16) -> String;
    /// What is inside of a message: a text.
    fn a_text(&self) -> &'static str;
}

/// How many certificates further down something begins: 0 is at once.
fn skip(count: u32) -> Option<u32> {
    (count > 0).then_some(count)
}

pub(super) struct English;

impl Meanings for English {
    fn numbered(&self, name: &'static str) -> &'static str {
        match name {
            "resident-number" => "resident number",
            "military-number" => "military number",
            "passport-number" => "passport",
            "personal-number" => "person, by a number whose kind is not said",
            "insurance-number" => "social insurance",
            "registration-number" => "enterprise registration",
            "organization-code" => "organisation code",
            "taxation-number" => "taxpayer",
            other => other,
        }
    }

    fn statement(&self, meaning: &'static str) -> &'static str {
        match meaning {
            "compliance" => "a qualified certificate of the European Union",
            "secure_device" => "the private key is in a qualified device",
            "limit" => "for transactions up to",
            "retention" => "documents are kept for",
            "disclosure" => "disclosed at",
            "types" => "for",
            "legislation" => "qualified by the law of",
            "syntax" => "the subject is named as RFC 3739 says",
            _ => "another statement",
        }
    }

    fn years(&self, count: u64) -> String {
        if count == 1 { "1 year".to_owned() } else { format!("{count} years") }
    }

    fn other_version(&self, version: u16) -> String {
        format!("a promise of version {version}, which is not known here")
    }

    fn notice(&self, text: &str) -> String {
        format!("notice: {text}")
    }

    fn mapping(&self, issuer: &str, subject: &str) -> String {
        format!("{subject} of the subject counts as {issuer}")
    }

    fn rule(&self, rule: Rule) -> String {
        let (what, count) = match rule {
            Rule::Required(count) => ("a policy is required", count),
            Rule::NoMapping(count) => ("mappings do not count", count),
            Rule::NoAnyPolicy(count) => ("any policy stands for none", count),
        };
        match skip(count) {
            None => format!("{what} from here on"),
            Some(1) => format!("{what} after one more certificate"),
            Some(count) => format!("{what} after {count} more certificates"),
        }
    }

    fn from(&self, time: &str) -> String {
        format!("from {time}")
    }

    fn until(&self, time: &str) -> String {
        format!("until {time}")
    }

    fn only(&self, name: &'static str) -> &'static str {
        match name {
            "end_entities" => "certificates of end entities only",
            "authorities" => "certificates of authorities only",
            _ => "attribute certificates only",
        }
    }

    fn some_reasons(&self) -> &'static str {
        "some reasons only"
    }

    fn indirect(&self) -> &'static str {
        "certificates of other issuers too"
    }

    fn delta(&self, base: &str) -> String {
        format!("what changed since list {base}")
    }

    fn feature(&self, number: u16) -> String {
        match number {
            5 => "bring its status along (OCSP stapling)".to_owned(),
            17 => "bring the status of the whole path along".to_owned(),
            other => format!("answer the extension {other}"),
        }
    }

    fn a_text(&self) -> &'static str {
        "text"
    }
}

pub(super) struct Chinese;

impl Meanings for Chinese {
    fn numbered(&self, name: &'static str) -> &'static str {
        match name {
            "resident-number" => "居民身份证号码",
            "military-number" => "军官证号码",
            "passport-number" => "护照号码",
            "personal-number" => "个人证件号码（种类未注明）",
            "insurance-number" => "社会保险号",
            "registration-number" => "工商注册号",
            "organization-code" => "组织机构代码（统一社会信用代码）",
            "taxation-number" => "纳税人识别号",
            other => other,
        }
    }

    fn statement(&self, meaning: &'static str) -> &'static str {
        match meaning {
            "compliance" => "欧盟合格证书",
            "secure_device" => "私钥存于合格设备",
            "limit" => "交易限额",
            "retention" => "资料保存期限",
            "disclosure" => "披露声明",
            "types" => "用于",
            "legislation" => "依据其法律合格的国家",
            "syntax" => "主体名称符合 RFC 3739",
            _ => "其他声明",
        }
    }

    fn years(&self, count: u64) -> String {
        format!("{count} 年")
    }

    fn other_version(&self, version: u16) -> String {
        format!("版本为 {version} 的承诺，此处不识别")
    }

    fn notice(&self, text: &str) -> String {
        format!("告示：{text}")
    }

    fn mapping(&self, issuer: &str, subject: &str) -> String {
        format!("主体的 {subject} 等同于 {issuer}")
    }

    fn rule(&self, rule: Rule) -> String {
        let (what, count) = match rule {
            Rule::Required(count) => ("必须有证书策略", count),
            Rule::NoMapping(count) => ("策略映射无效", count),
            Rule::NoAnyPolicy(count) => ("“任意策略”不代表任何策略", count),
        };
        match skip(count) {
            None => format!("自此证书起{what}"),
            Some(count) => format!("再经 {count} 张证书后{what}"),
        }
    }

    fn from(&self, time: &str) -> String {
        format!("自 {time}")
    }

    fn until(&self, time: &str) -> String {
        format!("至 {time}")
    }

    fn only(&self, name: &'static str) -> &'static str {
        match name {
            "end_entities" => "仅限最终实体证书",
            "authorities" => "仅限认证机构证书",
            _ => "仅限属性证书",
        }
    }

    fn some_reasons(&self) -> &'static str {
        "仅限部分原因"
    }

    fn indirect(&self) -> &'static str {
        "亦含其他颁发者的证书"
    }

    fn delta(&self, base: &str) -> String {
        format!("自编号 {base} 的列表以来的变化")
    }

    fn feature(&self, number: u16) -> String {
        match number {
            5 => "随附自身状态（OCSP 装订）".to_owned(),
            17 => "随附整条路径的状态".to_owned(),
            other => format!("支持扩展 {other}"),
        }
    }

    fn a_text(&self) -> &'static str {
        "文本"
    }
}
