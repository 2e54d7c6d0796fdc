// The parts that screens are made of, on two glasses.

package qiaomen.ui.pictures

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.ui.parts.ActionTile
import qiaomen.ui.parts.Banner
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.CardOf
import qiaomen.ui.parts.ChoiceStack
import qiaomen.ui.parts.DoorCellTile
import qiaomen.ui.parts.DoorLook
import qiaomen.ui.parts.DueCard
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Gauge
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.PadPoint
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.QrPicture
import qiaomen.ui.parts.SearchField
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.Segments
import qiaomen.ui.parts.SignaturePad
import qiaomen.ui.parts.SwitchRow
import qiaomen.ui.parts.SyncChip
import qiaomen.ui.parts.TabBar
import qiaomen.ui.parts.TabItem
import qiaomen.ui.parts.TickGrid
import qiaomen.ui.parts.Tiles
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.UndoBar
import qiaomen.ui.parts.UrgentBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap

/** What is shown as what was done; another word makes another picture. */
@Composable
fun Gallery(purpose: String = "二次回访") = Page(
    head = {
        UrgentBar("特危预警 · 尚无人接", "张三，河东村3号楼", "打开", "稍后", {}, {})
        TopBar("张三", "返回", "河东村 第一网格", {})
        Banner("手机时间可能不准，记录会标为存疑", Icons.Clock, on = {})
    },
    thumb = { Button("记录入户", Modifier.fillMaxWidth()) {} },
) {
    DueCard("张三", "extreme", "特危", purpose, "今天 18:30 前", "已逾期 2 小时 13 分", true, false, "已上门 2 次未见到", "河东村3号楼2单元501", null, "记录", "记录：张三", {}, {})
    DueCard("李四", "high", "高危", "三日回访", "后天 24:00 前", "还剩 2 天", false, true, null, null, null, "记录", "记录：李四", {}, {})
    CardOf(listOf("501", "502")) {
        OpenRow("3号楼2单元$it", text = "王某、张某", aside = "12 天前入户", marks = { SyncChip("waiting", "待发送") }) {}
    }
    Button("次要按钮", Modifier.fillMaxWidth(), Weight.Lesser, Icons.Plus) {}
    Button("删除", Modifier.fillMaxWidth(), Weight.Grave) {}
    Button("不可用", Modifier.fillMaxWidth(), enabled = false) {}
    Tiles(listOf("拨打", "导航", "工作证", "话术"), 4) { text, place -> ActionTile(Icons.Badge, text, place) {} }
}

/** The other parts. */
@Composable
fun GalleryOfForms() = Page(
    head = { TopBar("入户登记", "返回", null, {}) },
    thumb = { UndoBar("已记录：无人在家", "撤销", 0.6f) {} },
) {
    SectionHeader("结果", aside = "必选")
    ChoiceStack(listOf(Option("a", "见到本人", true), Option("b", "无人在家", false), Option("c", "拒绝", false))) {}
    SectionHeader("发放")
    TickGrid(listOf(Option("a", "致居民一封信", true), Option("b", "警民联系卡", false), Option("c", "承诺书", true))) {}
    Field("电话", "1380000", error = "手机号应为 11 位") {}
    SearchField("地址、姓名、拼音、电话", "", "清除") {}
    Segments(listOf(Option("a", "按楼走", true), Option("b", "列表", false))) {}
    SwitchRow("值班模式", true, aside = "有预警时立即唤醒手机") {}
    KeyValue("时间", "今天 10:30")
    Gauge("已用 1.2 GB，剩余 300 MB", 0.82f, low = true)
    Tiles(DoorLook.entries, 4) { look, place -> DoorCellTile("50${look.ordinal + 1}", look, "50${look.ordinal + 1}，${look.name}", place) {} }
    SignaturePad(listOf(List(60) { PadPoint(2500 + it * 80, 5000 + (2000 * kotlin.math.sin(it / 5.0)).toInt(), it * 16) }), "签名区", "请在此签名", "1 笔") {}
    QrPicture(21, List(441) { (it * 7919) % 3 == 0 }, "二维码", Modifier.size(160.dp))
    Column(verticalArrangement = Arrangement.spacedBy(Gap.small)) {
        TabBar(
            listOf(
                TabItem(Icons.Today, "今日", true, 2, "2 项逾期", true) {},
                TabItem(Icons.Door, "入户", false) {},
                TabItem(Icons.Exchange, "同步", false, 12, "12 条待发") {},
                TabItem(Icons.Person, "我的", false) {},
            ),
        )
    }
}
