//! The sentences of plans in Chinese, by their keys; values stand in the order of the English ones.

pub(super) fn sentence(key: &str) -> Option<&'static str> {
    Some(match key {
        "title" => "{}",
        "number" => "这是该根的第 {} 次仪式；上一次记录的杂凑值为 {}。",
        "mode" => "性质：{}（real 为正式，rehearsal 为演练）。",
        "time" => "时间：{}，允许相差 {} 分钟。",
        "administrator" => "{} 主持仪式（公钥 {}）。",
        "key-officer" => "{} 为密钥保管员（公钥 {}）。",
        "former-key-officer" => "{} 在本次仪式之前为密钥保管员（公钥 {}）。",
        "witness" => "{} 为见证人（公钥 {}）。",
        "auditor" => "{} 为审计员（公钥 {}）。",
        "present-all" => "全部 {} 名密钥保管员必须到场，并至少有一名见证人和一名审计员。",
        "present" => "至少 {} 名密钥保管员（共 {} 名）必须到场，并至少有一名见证人和一名审计员。",
        "issuer" => "使用机构 {} 的密钥，其证书的 SM3 杂凑值为 {}。",
        "sealed-key" => "其封装密钥的 SM3 杂凑值为 {}。",
        "public-url" => "证书中的列表和证书地址位于 {} 之下。",
        "root-key" => "生成一个 {} 密钥，保管方式为 {}。",
        "shares" => "密钥封装后，解封密钥分给 {} 名保管员：任意 {} 份可以恢复。",
        "root" => "根 {} 自签证书，有效期自 {} 至 {}。",
        "root-path-length" => "根与终端实体之间最多有 {} 级机构（“none”表示不限）。",
        "issuing" => "为签发机构签发证书：{}。",
        "ocsp-signer" => "为 OCSP 应答者签发证书：{}。",
        "cross" => "承认另一信任域的机构：{}。",
        "request" => "其申请的 SM3 杂凑值为 {}。",
        "validity" => "有效期自 {} 至 {}。",
        "path-length" => "它与终端实体之间最多有 {} 级机构。",
        "policy" => "其证书可带策略 {}。",
        "permitted" => "可签发的名称范围：{}。",
        "excluded" => "不得签发的名称范围：{}。",
        "mapping" => "对方策略 {} 等同于本域策略 {}。",
        "explicit-policy" => "再经 {} 级证书后必须有策略。",
        "inhibit-mapping" => "再经 {} 级证书后不再允许策略映射。",
        "inhibit-any" => "再经 {} 级证书后 anyPolicy 不再代表其他策略。",
        "crl" => "签署第 {} 号撤销列表，自 {} 至 {}，前一列表的 SM3 杂凑值为 {}。",
        "crl-count" => "列出 {} 个证书：",
        "crl-entry" => "序列号 {}，撤销时间 {}，原因 {}。",
        "new-with-old" => "旧密钥为新密钥担保至 {}。",
        "old-with-new" => "新密钥为旧密钥担保至 {}。",
        "renewal" => "根密钥以新密钥重新封装并产生新份额，任意 {} 份可以恢复。原因：{}。",
        "renewal-destroy" => "旧封装密钥和旧份额当众销毁。",
        "termination" => "此列表之后该根终止。原因：{}。",
        "destruction" => "其密钥当众销毁：{}。",
        "signatures" => "最后，全体到场人员以上述公钥对应的私钥签署记录。",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use ca_core::ceremony::{Kind, Plan};

    use super::*;

    #[test]
    fn every_sentence_of_every_example_is_translated() {
        for kind in Kind::ALL {
            let plan = Plan::from_toml(Plan::example(kind).as_bytes()).unwrap();
            for said in plan.render() {
                let chinese = sentence(said.key).unwrap_or_else(|| panic!("{}", said.key));
                assert_eq!(chinese.matches("{}").count(), said.values.len(), "{}", said.key);
            }
        }
    }
}
