"""Phrases of the page on a dry run, by key, in English and Chinese."""

TABLE: tuple[tuple[str, str, str], ...] = (
    # the head of the page
    ("impact.page.title", "Dry run: {live} → {candidate}", "试算：{live} → {candidate}"),
    ("impact.page.kind", "Dry run", "试算报告"),
    ("impact.page.to", "to", "变更为"),
    ("impact.page.skip", "Skip to the results", "跳到结果"),
    ("impact.page.contents", "Contents", "目录"),
    ("impact.page.day", "scored on {day}", "计分日期 {day}"),
    (
        "impact.page.days",
        "scored on {before}, then on {after}",
        "计分日期 {before}，之后为 {after}",
    ),
    ("impact.page.population", "{rows} merchants from {sources}", "{rows} 家商家，来自 {sources}"),
    (
        "impact.page.missing",
        "The population has nobody in {list}: edits that concern only them are not measured.",
        "样本中没有以下行业的商家：{list}；仅与其有关的修改未被衡量。",
    ),
    (
        "impact.page.lead",
        (
            "Of {merchants} merchants, {up} go up and {down} go down. The mean score goes from "
            "{before} to {after}."
        ),
        "{merchants} 家商家中，{up} 家上升，{down} 家下降；平均分由 {before} 变为 {after}。",
    ),
    (
        "impact.page.identical",
        "Nothing changes: every plan has the same digest on both sides.",
        "没有任何变化：双方每个计算方案的摘要完全相同。",
    ),
    (
        "impact.page.same_scores",
        (
            "Nothing changes: both sides compute the same, node by node; only words, places or "
            "dates differ."
        ),
        "没有任何变化：双方的计算逐步相同，仅文字、位置或日期不同。",
    ),
    ("impact.page.up", "Up", "上升"),
    ("impact.page.down", "Down", "下降"),
    ("impact.page.unchanged", "Unchanged", "不变"),
    ("impact.page.other", "Not scored on both sides", "并非双方均有分数"),
    ("impact.page.mean", "Mean score", "平均分"),
    ("impact.page.median", "Median score", "中位数"),
    ("impact.page.extremes", "Largest rise / drop", "最大升幅 / 降幅"),
    ("impact.page.psi", "Population stability index", "群体稳定性指数"),
    ("impact.page.psi.stable", "stable (below 0.1)", "稳定（低于 0.1）"),
    ("impact.page.psi.some", "some shift (0.1 to 0.25)", "有所偏移（0.1 至 0.25）"),
    ("impact.page.psi.shift", "a shift (above 0.25)", "明显偏移（高于 0.25）"),
    ("impact.page.tier_up", "Up a tier", "升级"),
    ("impact.page.tier_down", "Down a tier", "降级"),
    ("impact.page.near_miss", "Just below a tier", "略低于等级门槛"),
    ("impact.page.near_miss.note", "at most {near} below, after", "变更后差距不超过 {near}"),
    ("impact.page.newly_scored", "Newly scored", "新获得分数"),
    ("impact.page.no_longer_scored", "No longer scored", "不再有分数"),
    ("impact.page.newly_rejected", "Newly rejected", "新被判为无效"),
    ("impact.page.cost", "Benefits cost, {currency}", "权益成本（{currency}）"),
    # contents
    ("impact.page.nav.guardrails", "Guardrails", "护栏"),
    ("impact.page.nav.edits", "Edits", "修改"),
    ("impact.page.nav.distribution", "Scores", "分数"),
    ("impact.page.nav.tiers", "Tiers", "等级"),
    ("impact.page.nav.attribution", "Attribution", "归因"),
    ("impact.page.nav.segments", "Segments", "分组"),
    ("impact.page.nav.items", "Items", "加分项与扣分项"),
    ("impact.page.nav.rewards", "Badges and benefits", "标识与权益"),
    ("impact.page.nav.merchants", "Merchants", "商家"),
    ("impact.page.nav.proof", "Proof", "证明"),
    # words of several tables
    ("impact.page.before", "Before", "变更前"),
    ("impact.page.after", "After", "变更后"),
    ("impact.page.change", "Change", "变化"),
    ("impact.page.score", "Score", "分数"),
    ("impact.page.merchants", "Merchants", "商家数"),
    ("impact.page.total", "Total", "合计"),
    ("impact.page.data", "The numbers of this chart", "图表数据"),
    ("impact.page.more", "and {count} more", "另有 {count} 项"),
    # guardrails
    ("impact.page.guardrails", "Guardrails", "护栏"),
    ("impact.page.guardrail.pass", "holds", "通过"),
    ("impact.page.guardrail.fail", "broken", "未通过"),
    ("impact.page.guardrail.too_few", "too few", "样本不足"),
    # edits
    ("impact.page.edits", "What is edited", "修改内容"),
    ("impact.page.edits.none", "The rules say the same.", "规则内容一致。"),
    ("impact.page.effect.score", "Can change a score", "可能改变分数"),
    (
        "impact.page.effect.rewards",
        "Can change tiers, badges or benefits, no score",
        "可能改变等级、标识或权益，不改变分数",
    ),
    ("impact.page.effect.dates", "When rules hold", "规则的生效时间"),
    ("impact.page.effect.words", "Words only", "仅文字"),
    ("impact.page.mark.idle", "proved to change no score", "已证明不改变任何分数"),
    ("impact.page.mark.untouched", "nobody in this population", "样本中无相关商家"),
    ("impact.page.mark.words", "only words", "仅文字"),
    ("impact.page.mark.dates", "only dates", "仅日期"),
    ("impact.page.in_full", "In full", "完整内容"),
    ("impact.page.notices", "Notice given", "公示期"),
    (
        "impact.page.notice",
        "{ruleset}: announced on {announced}, in force from {start}: {days} days of notice.",
        "{ruleset}：{announced} 公示，{start} 起生效，提前 {days} 天。",
    ),
    (
        "impact.page.notice.none",
        "{ruleset}: in force from {start}, never announced.",
        "{ruleset}：{start} 起生效，未曾公示。",
    ),
    # distribution
    ("impact.page.distribution", "How scores are spread", "分数分布"),
    ("impact.page.scores", "Scores before and after", "变更前后的分数"),
    (
        "impact.page.distribution.label",
        "Histogram of scores before and after; the median goes from {before} to {after}",
        "变更前后的分数直方图；中位数由 {before} 变为 {after}",
    ),
    ("impact.page.distribution.table", "Merchants by score, before and after", "各分数段的商家数"),
    ("impact.page.changes", "How much scores change", "分数变化幅度"),
    (
        "impact.page.changes.label",
        "Histogram of changes, from {least} to {most}",
        "分数变化直方图，由 {least} 至 {most}",
    ),
    ("impact.page.changes.table", "Merchants by change of score", "各变化幅度的商家数"),
    (
        "impact.page.changes.still",
        "{count} merchants whose score stays the same are not drawn.",
        "另有 {count} 家商家分数不变，未在图中画出。",
    ),
    # tiers
    ("impact.page.tiers", "Moves between tiers", "等级迁移"),
    (
        "impact.page.tiers.text",
        (
            "{up} merchants go up a tier, {down} go down. Each row is a tier before; percentages "
            "are of the row."
        ),
        "{up} 家升级，{down} 家降级。每行为变更前的等级，百分比以该行为基数。",
    ),
    (
        "impact.page.tiers.table",
        "Merchants by tier before (rows) and after (columns)",
        "按变更前（行）与变更后（列）等级统计的商家数",
    ),
    # attribution
    ("impact.page.attribution", "What each edit is to blame for", "各项修改的影响"),
    (
        "impact.page.attribution.none",
        "Shares of edits were not computed.",
        "未计算各项修改的影响。",
    ),
    (
        "impact.page.exact",
        (
            "Exact: the parts add up to the change, for every merchant. Numbers marked ≈ have no "
            "last decimal; point at one for its fraction."
        ),
        (
            "精确：对每家商家，各部分之和等于其分数变化。标有 ≈ "
            "的数是无限小数，鼠标悬停可见其分数形式。"
        ),
    ),
    (
        "impact.page.grain.part",
        "More than {limit} edits concern one merchant, so edits of one part are taken together.",
        "同一商家涉及的修改超过 {limit} 项，因此同一部分的修改合并计算。",
    ),
    (
        "impact.page.grain.section",
        "More than {limit} edits concern one merchant, so edits of one section are taken together.",
        "同一商家涉及的修改超过 {limit} 项，因此同一类的修改合并计算。",
    ),
    (
        "impact.page.grain.aspect",
        (
            "Far more than {limit} edits concern one merchant, so those of the base, the bonus "
            "and the deductions are taken together."
        ),
        "同一商家涉及的修改远超 {limit} 项，因此按基础分、加分、扣分合并计算。",
    ),
    (
        "impact.page.waterfall.label",
        (
            "Waterfall from the mean before, {before}, to the mean after, {after}, edit by edit; "
            "its numbers are in the table below"
        ),
        "由变更前平均分 {before} 至变更后平均分 {after} 的瀑布图，逐项修改；数据见下表",
    ),
    ("impact.page.mean.before", "Mean before", "变更前平均分"),
    ("impact.page.mean.after", "Mean after", "变更后平均分"),
    ("impact.page.others", "Others are scored", "有分商家变动"),
    ("impact.page.block", "{count} edits together", "{count} 项修改合计"),
    ("impact.page.all_edits", "All edits together", "全部修改合计"),
    (
        "impact.page.attribution.table",
        "The part of each edit in the change",
        "各项修改在变化中所占的部分",
    ),
    ("impact.page.column.block", "Block", "编号"),
    ("impact.page.column.edit", "Edit", "修改"),
    ("impact.page.column.sum", "Of the sum of changes", "变化合计"),
    ("impact.page.column.of_mean", "Of the mean change", "对平均分"),
    ("impact.page.column.raised", "Merchants raised", "上升家数"),
    ("impact.page.column.lowered", "Merchants lowered", "下降家数"),
    ("impact.page.column.scored_change", "Of the change in scored merchants", "有分商家数变化"),
    # segments
    ("impact.page.segments", "Who is concerned", "分组影响"),
    ("impact.page.segments.table", "Impact by {dimension}", "按{dimension}统计的影响"),
    ("impact.page.dimension.industry", "Industry", "行业"),
    ("impact.page.dimension.shop_type", "Shop type", "店铺类型"),
    ("impact.page.dimension.size", "Size", "规模"),
    ("impact.page.column.segment", "Segment", "分组"),
    ("impact.page.column.merchants", "Merchants", "商家数"),
    ("impact.page.column.up", "Up", "上升"),
    ("impact.page.column.down", "Down", "下降"),
    ("impact.page.column.unchanged", "Unchanged", "不变"),
    ("impact.page.column.mean_before", "Mean before", "变更前平均"),
    ("impact.page.column.mean_after", "Mean after", "变更后平均"),
    ("impact.page.column.mean_change", "Mean change", "平均变化"),
    ("impact.page.column.psi", "PSI", "稳定性指数"),
    ("impact.page.column.tier_up", "Tier up", "升级"),
    ("impact.page.column.tier_down", "Tier down", "降级"),
    ("impact.page.column.near_miss", "Just below a tier", "略低于门槛"),
    ("impact.page.column.newly_scored", "Newly scored", "新获得分数"),
    ("impact.page.column.no_longer_scored", "No longer scored", "不再有分数"),
    ("impact.page.column.newly_rejected", "Newly rejected", "新被判无效"),
    ("impact.page.column.cost", "Cost change, {currency}", "成本变化（{currency}）"),
    # items, badges and benefits
    ("impact.page.parts", "Items and deductions", "加分项与扣分项"),
    (
        "impact.page.parts.text",
        "How many merchants with a score have each outcome, before → after.",
        "有分数的商家中各项结果的家数，变更前 → 变更后。",
    ),
    (
        "impact.page.parts.table",
        "Items and deductions whose outcomes change",
        "结果有变化的加分项与扣分项",
    ),
    ("impact.page.parts.same", "{count} whose outcomes stay the same", "结果不变的 {count} 项"),
    ("impact.page.column.part", "Item", "项目"),
    ("impact.page.column.kind", "Kind", "类型"),
    ("impact.page.kind.item", "item", "加分项"),
    ("impact.page.kind.deduction", "deduction", "扣分项"),
    ("impact.page.kind.badge", "badge", "标识"),
    ("impact.page.kind.benefit", "benefit", "权益"),
    ("impact.page.outcome.awarded", "Awarded or taken", "已计入"),
    ("impact.page.outcome.not_met", "Not met", "未达标"),
    ("impact.page.outcome.out_of_scope", "Out of scope", "不适用"),
    ("impact.page.outcome.not_assessed", "Not assessed", "样本不足"),
    ("impact.page.outcome.no_data", "No data", "无数据"),
    ("impact.page.outcome.vetoed", "Vetoed", "被否决"),
    ("impact.page.outcome.superseded", "Superseded", "被替代"),
    ("impact.page.rewards", "Badges and benefits", "标识与权益"),
    ("impact.page.rewards.table", "Who has each badge and benefit", "各标识与权益的商家数"),
    ("impact.page.column.reward", "Badge or benefit", "标识或权益"),
    ("impact.page.column.had", "Before", "变更前"),
    ("impact.page.column.have", "After", "变更后"),
    ("impact.page.column.gained", "Gained", "获得"),
    ("impact.page.column.lost", "Lost", "失去"),
    ("impact.page.column.cost_before", "Cost before", "变更前成本"),
    ("impact.page.column.cost_after", "Cost after", "变更后成本"),
    # merchants
    ("impact.page.merchants.title", "Merchants, one by one", "逐家查看"),
    (
        "impact.page.merchants.shown",
        (
            "{shown} of {merchants} merchants are shown, the first of each list. All of them, "
            "with every part of their change, are in merchants.parquet when it was asked for."
        ),
        (
            "此处显示 {merchants} 家商家中的 {shown} 家，即各名单的前若干家。如要求写出 "
            "merchants.parquet，其中有全部商家及其变化的各部分。"
        ),
    ),
    ("impact.page.merchants.table", "Merchants shown by name", "逐家显示的商家"),
    ("impact.page.search", "Search names, industries and tiers", "搜索名称、行业、等级"),
    ("impact.page.search.label", "Merchants", "商家"),
    ("impact.page.search.status", "{shown} of {all} shown", "显示 {shown} / {all} 家"),
    ("impact.page.filter.list", "List", "名单"),
    ("impact.page.filter.industry", "Industry", "行业"),
    ("impact.page.filter.all", "All", "全部"),
    ("impact.page.list.of", "{list} ({shown} of {all})", "{list}（{all} 家中的 {shown} 家）"),
    ("impact.page.list.winner", "largest rises", "升幅最大"),
    ("impact.page.list.loser", "largest drops", "降幅最大"),
    ("impact.page.list.near_miss", "just below a tier", "略低于等级门槛"),
    ("impact.page.list.newly_scored", "newly scored", "新获得分数"),
    ("impact.page.list.no_longer_scored", "no longer scored", "不再有分数"),
    ("impact.page.list.newly_rejected", "newly rejected", "新被判为无效"),
    ("impact.page.list.no_longer_rejected", "no longer rejected", "不再无效"),
    ("impact.page.list.badge_lost", "badge lost", "失去标识"),
    ("impact.page.list.badge_gained", "badge gained", "获得标识"),
    ("impact.page.list.benefit_lost", "benefit lost", "失去权益"),
    ("impact.page.list.benefit_gained", "benefit gained", "获得权益"),
    ("impact.page.column.merchant", "Merchant", "商家"),
    ("impact.page.column.industry", "Industry", "行业"),
    ("impact.page.column.before", "Before", "变更前"),
    ("impact.page.column.after", "After", "变更后"),
    ("impact.page.column.change", "Change", "变化"),
    ("impact.page.column.tier", "Tier", "等级"),
    ("impact.page.column.lists", "Lists", "名单"),
    ("impact.page.explain", "Both calculations", "双方计算过程"),
    (
        "impact.page.no_card",
        "No rules for this merchant on this side.",
        "此方没有适用于该商家的规则。",
    ),
    # proof
    ("impact.page.proof", "Proof", "证明"),
    (
        "impact.page.proof.measured",
        (
            "Every merchant was scored under both sides. A plan is what the rules compile to; "
            "its digest names it for ever."
        ),
        "每家商家均按双方规则计分。计算方案由规则编译而成，其摘要唯一确定该方案。",
    ),
    (
        "impact.page.proof.identical",
        "Both sides compile to the same plans, byte by byte, so nobody had to be scored.",
        "双方规则编译出的计算方案逐字节相同，因此无需计分。",
    ),
    (
        "impact.page.proof.same_scores",
        (
            "The plans of both sides compute the same numbers, node by node, so nobody had to be "
            "scored."
        ),
        "双方计算方案逐步得出相同的数，因此无需计分。",
    ),
    (
        "impact.page.proof.table",
        "Plans of both sides, by kind of merchant",
        "双方各类商家的计算方案",
    ),
    ("impact.page.proof.population", "Digest of the population:", "样本摘要："),
    ("impact.page.column.kind_of_merchant", "Merchants", "商家类别"),
    ("impact.page.column.rules_before", "Rules before", "变更前规则"),
    ("impact.page.column.rules_after", "Rules after", "变更后规则"),
    ("impact.page.column.digests", "Digest of the plan", "方案摘要"),
    ("impact.page.same_digest", "the same on both sides", "双方相同"),
    (
        "impact.page.foot",
        (
            "This page needs nothing else: no network, no server. The same comparison gives the "
            "same page, byte by byte."
        ),
        "本页面自成一体，无需网络或服务器。相同的比较得到逐字节相同的页面。",
    ),
)
