//! 中文。

use schemas::rest::CertificateStatus;

use super::{Label, Phrase, Unit, Words};
use crate::input::Kind;
use crate::report::Change;

pub(super) struct Chinese;

impl Words for Chinese {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Subject => "主体",
            Label::AlternativeNames => "主体备用名",
            Label::Issuer => "颁发者",
            Label::Serial => "序列号",
            Label::Validity => "有效期",
            Label::Key => "密钥",
            Label::KeyProblem => "密钥不可用",
            Label::PublicKey => "公钥",
            Label::SignedWith => "签名算法",
            Label::Authority => "认证机构",
            Label::KeyUsage => "密钥用途",
            Label::ExtendedKeyUsage => "扩展用途",
            Label::Policies => "证书策略",
            Label::CrlAt => "CRL 地址",
            Label::OcspAt => "OCSP 地址",
            Label::IssuerAt => "颁发者证书地址",
            Label::SubjectKeyIdentifier => "密钥标识符",
            Label::AuthorityKeyIdentifier => "颁发者密钥",
            Label::OtherExtensions => "其他扩展",
            Label::Sha256 => "SHA-256",
            Label::Sm3 => "SM3",
            Label::Status => "状态",
            Label::Reason => "原因",
            Label::InvalidityDate => "失效起始",
            Label::Profile => "模板",
            Label::IssuedBy => "签发机构",
            Label::IssuedAt => "签发时间",
            Label::Possession => "私钥持有证明",
            Label::Number => "编号",
            Label::ThisUpdate => "本次更新",
            Label::NextUpdate => "下次更新",
            Label::Revoked => "已撤销",
            Label::Responder => "响应者",
            Label::Produced => "生成时间",
            Label::Answers => "答复",
            Label::Fingerprint => "指纹",
            Label::Protection => "保护方式",
            Label::File => "文件",
            Label::Path => "证书路径",
            Label::JudgedAt => "验证时间",
            Label::Constraints => "名称约束",
            Label::Tried => "另曾尝试",
            Label::Critical => "关键",
            Label::ExpiresColumn => "到期",
            Label::Signature => "签名",
            Label::Odd => "异常之处",
            Label::Found => "检查结果",
            Label::Encryption => "加密方式",
            Label::AsksAbout => "所询证书",
            Label::Nonce => "随机数",
            Label::LookedUp => "查询",
            Label::Blank => "",
            Label::Type => "类型",
            Label::Content => "内容",
            Label::SignedBy => "签名者",
            Label::Recipients => "接收者",
            Label::Certificates => "证书",
            Label::Lists => "撤销列表",
            Label::Stamped => "所加时戳",
            Label::Time => "时间",
            Label::Format => "格式",
            Label::Objects => "对象",
            Label::PrivateKeys => "私钥",
            Label::Numbers => "证件号码",
            Label::Statements => "合格声明",
            Label::Logged => "透明日志",
            Label::PolicyRules => "策略规则",
            Label::KeyInUse => "私钥使用期",
            Label::Services => "服务地址",
            Label::DeltaAt => "增量 CRL 地址",
            Label::Scope => "适用范围",
            Label::IssuerNames => "颁发者备用名",
            Label::TlsFeatures => "TLS 服务器须",
            Label::Opened => "已解密内容",
        }
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::SelfIssued => "自签发",
            Phrase::NoName => "（无名称）",
            Phrase::NotAnAuthority => "否",
            Phrase::IsAuthority => "是",
            Phrase::Proven => "已证明：请求由其私钥签名",
            Phrase::EncryptedKey => "已用口令加密",
            Phrase::PlainKey => "未加密：能读取该文件者即拥有私钥",
            Phrase::KeyMade => "已生成私钥",
            Phrase::RequestMade => "已生成证书请求",
            Phrase::Issued => "已签发证书",
            Phrase::Accepted => "接受",
            Phrase::Rejected => "拒绝",
            Phrase::NothingRevoked => "无",
            Phrase::NoCertificates => "没有证书。",
            Phrase::MoreCertificates => "还有更多：使用 --all，或用 --cursor 继续",
            Phrase::Error => "错误",
            Phrase::Warning => "警告",
            Phrase::Hint => "提示",
            Phrase::GoOn => "继续？",
            Phrase::Password => "口令：",
            Phrase::PasswordAgain => "再次输入口令：",
            Phrase::Now => "现在",
            Phrase::StatusNeverAvailable => "颁发者声明不提供撤销信息",
            Phrase::StatusUnknown => "无撤销信息",
            Phrase::Permitted => "仅限",
            Phrase::Excluded => "不含",
            Phrase::SignatureValid => "有效：其颁发者亦在所示之中",
            Phrase::SignatureUnchecked => "未验证：所示之中没有其颁发者",
            Phrase::NothingFound => "未发现问题",
            Phrase::NotOnTheList => "不在列表中",
            Phrase::NotOpened => "未打开：请用 --password-file 给出口令",
            Phrase::MoreElements => "其余元素（--asn1 列出）",
            Phrase::IssuerUnknown => "未检查与颁发者有关的规则：请给出 --issuer",
            Phrase::Elsewhere => "内容不在其中",
            Phrase::SignerValid => "签名有效；签名者是否可信请用 ca verify 验证",
            Phrase::SignerUnchecked => "签名未验证：内容已加密",
            Phrase::Converted => "已转换",
            Phrase::KeyOfCertificate => "已打开：与证书匹配",
        }
    }

    fn hint(&self, code: &str) -> Option<&'static str> {
        super::hint::chinese(code)
    }

    fn key_usage(&self, name: &'static str) -> &'static str {
        match name {
            "digitalSignature" => "数字签名",
            "nonRepudiation" => "不可否认",
            "keyEncipherment" => "加密密钥",
            "dataEncipherment" => "加密数据",
            "keyAgreement" => "密钥协商",
            "keyCertSign" => "签发证书",
            "cRLSign" => "签发 CRL",
            "encipherOnly" => "协商时仅加密",
            "decipherOnly" => "协商时仅解密",
            other => other,
        }
    }

    fn extended_key_usage(&self, name: &'static str) -> &'static str {
        match name {
            "anyExtendedKeyUsage" => "任意用途",
            "serverAuth" => "TLS 服务器",
            "clientAuth" => "TLS 客户端",
            "codeSigning" => "代码签名",
            "emailProtection" => "电子邮件",
            "timeStamping" => "时间戳",
            "OCSPSigning" => "OCSP 响应",
            "documentSigning" => "文档签名",
            other => other,
        }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Certificate => "证书",
            Kind::Request => "证书请求",
            Kind::Crl => "证书撤销列表",
            Kind::PrivateKey | Kind::EncryptedPrivateKey | Kind::Sec1PrivateKey | Kind::Pkcs1PrivateKey => {
                "私钥"
            }
            Kind::PublicKey => "公钥",
            Kind::OcspRequest => "OCSP 请求",
            Kind::OcspResponse => "OCSP 响应",
            Kind::Cms => "密码消息（PKCS #7、CMS、GM/T 0010）",
            Kind::Pkcs12 => "PKCS #12 容器",
            Kind::CfcaContainer => "CFCA 密钥容器（.sm2）",
            Kind::TimeStampRequest => "时间戳请求",
            Kind::TimeStampResponse => "时间戳响应",
            Kind::Seal => "电子印章（GB/T 38540）",
            Kind::OldSeal => "电子印章（GM/T 0031）",
            Kind::SealSignature => "电子签章（GB/T 38540）",
            Kind::Asn1 => "ASN.1",
        }
    }

    fn oddity(&self, code: &'static str, value: &str) -> String {
        match code {
            "sm2-parameters-null" => "SM2-SM3 算法标识带有 NULL 参数（国家根体系的写法）".to_owned(),
            "key-algorithm-is-curve" => "公钥算法标识为 SM2 曲线本身，而非 id-ecPublicKey".to_owned(),
            "key-weak" => format!("弱密钥：{value}"),
            "signature-algorithms-differ" => "被签名部分与签名旁的算法标识不同".to_owned(),
            "unique-identifiers" => "含有唯一标识符，RFC 5280 禁止".to_owned(),
            "ends-before-it-begins" => "到期时间早于生效时间".to_owned(),
            "key-identifier-length" => format!("密钥标识符为 {value} 字节；通常为 SHA-1 的 20 字节"),
            "authority-not-critical" => "认证机构标志所在的扩展未标为关键".to_owned(),
            "attributes-without-set" => "属性值未置于 SET 中（CFCA 的写法）：不据此签发证书".to_owned(),
            "temporary-key" => format!("含用于交付加密私钥的临时公钥，指纹 {value}"),
            "challenge-password" => "含有明文的挑战口令".to_owned(),
            "extensions-unreadable" => format!("所请求的扩展无法读取：{value}"),
            "extension-repeated" => format!("扩展 {value} 重复出现"),
            "extension-unreadable" => format!("扩展 {value}"),
            "extension-critical-unknown" => format!("未知的关键扩展 {value}：必须拒绝"),
            "extension-not-der" => format!("扩展 {value} 的内容不是 DER"),
            "entry-extension-critical-unknown" => format!("某条目含未知的关键扩展 {value}"),
            "next-update-missing" => "未说明下次更新时间".to_owned(),
            "list-empty" => "撤销条目列表存在但为空，RFC 5280 禁止".to_owned(),
            other => format!("{other} {value}").trim_end().to_owned(),
        }
    }

    fn revoked(&self, count: usize) -> String {
        match count {
            0 => "无撤销条目".to_owned(),
            _ => format!("已撤销 {count} 张证书"),
        }
    }

    fn iterations(&self, algorithm: &str, count: u32) -> String {
        format!("MAC：{algorithm}，迭代 {count} 次")
    }

    fn bytes(&self, count: usize) -> String {
        format!("{count} 字节")
    }

    fn place(&self, path: &str, offset: usize) -> String {
        format!("位于 {path}，第 {offset} 字节")
    }

    fn counts(&self, errors: usize, warnings: usize, notices: usize) -> String {
        format!("{errors} 个错误，{warnings} 个警告，{notices} 个提示")
    }

    fn severity(&self, name: &str) -> &'static str {
        match name {
            "error" => "错误",
            "warning" => "警告",
            _ => "提示",
        }
    }

    fn status(&self, status: CertificateStatus) -> &'static str {
        match status {
            CertificateStatus::Good => "正常",
            CertificateStatus::Held => "冻结",
            CertificateStatus::Revoked => "已撤销",
        }
    }

    fn bits(&self, count: u32) -> String {
        format!("{count} 位")
    }

    fn path_length(&self, count: u32) -> String {
        match count {
            0 => "是，其下不得再有认证机构".to_owned(),
            _ => format!("是，其下最多 {count} 级认证机构"),
        }
    }

    fn span(&self, count: u64, unit: Unit) -> String {
        let name = match unit {
            Unit::Second => "秒",
            Unit::Minute => "分钟",
            Unit::Hour => "小时",
            Unit::Day => "天",
            Unit::Year => "年",
        };
        format!("{count} {name}")
    }

    fn ahead(&self, span: &str) -> String {
        format!("{span}后")
    }

    fn ago(&self, span: &str) -> String {
        format!("{span}前")
    }

    fn begins(&self, when: &str) -> String {
        format!("{when}生效")
    }

    fn ends(&self, when: &str) -> String {
        format!("{when}到期")
    }

    fn ended(&self, when: &str) -> String {
        format!("已于{when}到期")
    }

    fn more(&self, count: usize) -> String {
        format!("另有 {count} 项（--format json 列出全部）")
    }

    fn more_entries(&self, count: usize) -> String {
        format!("另有 {count} 项（--serial 查询其一）")
    }

    fn intention(&self, change: &Change) -> String {
        match change {
            Change::Revoke { reason, .. } => format!("永久撤销（{reason}）："),
            Change::Hold => "冻结，直至解冻：".to_owned(),
            Change::Release => "解冻：".to_owned(),
        }
    }

    fn done(&self, change: &Change) -> String {
        match change {
            Change::Revoke { .. } => "已撤销",
            Change::Hold => "已冻结",
            Change::Release => "已解冻",
        }
        .to_owned()
    }

    fn would(&self, change: &Change) -> String {
        let what = match change {
            Change::Revoke { reason, .. } => format!("撤销（{reason}）"),
            Change::Hold => "冻结".to_owned(),
            Change::Release => "解冻".to_owned(),
        };
        format!("将{what}；未做任何更改")
    }
}
