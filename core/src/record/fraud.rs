//! Kinds of fraud, as scripts, analysis and the people at the door name them.
//!
//! Floor: record. Invariant: a closed list of ten; what fits none of the others is `other`, never nothing.

use super::word::words;

words! {
    /// The kind of a fraud.
    pub enum FraudKind {
        /// 刷单返利: paid tasks, of which the first pay.
        RefundRebateTask = "refund_rebate_task",
        /// 虚假投资理财: investments that exist on a screen.
        FakeInvestment = "fake_investment",
        /// 虚假贷款、征信: loans and cleared records against a fee.
        FakeLoan = "fake_loan",
        /// 冒充电商物流客服: refunds from somebody who says they are customer service.
        FakeCustomerService = "fake_customer_service",
        /// 冒充公检法: police, prosecutors or courts on the telephone.
        ImpersonatingAuthority = "impersonating_authority",
        /// 冒充领导、熟人: a superior, a relative, a friend.
        ImpersonatingAcquaintance = "impersonating_acquaintance",
        /// 虚假游戏交易: accounts and goods of games.
        GameTrade = "game_trade",
        /// 网络婚恋、交友: love that asks for money.
        Romance = "romance",
        /// 养老、保健品: health products and old-age care.
        HealthProducts = "health_products",
        /// 其他: anything else.
        Other = "other",
    }
}
