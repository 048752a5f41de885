"""Closed word classes of questions, as regular expressions: what asks, what points back, what needs an owner, places.

Chinese writes no spaces, and a segmenter costs start time and memory; a question's joints are few enough to list.
Everything open (names, topics) is left to the structure around it: see followup_parts.py.
"""

from __future__ import annotations


def _either(words: str) -> str:
    """Alternatives, the longest first, since a regular expression takes the first that fits."""
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


HAN = "[\u3400-\u9fff]"
COUNTER = (
    "[家个座项条款名位种次人件台辆枚处份部场届类倍岁天年月日号层艘架篇本张首支套批所只头棵颗间栋句集级门国省市县元点]"
)

# 多少家, 哪座城市, 什么时候: the question word with its classifier. 十几 and 几乎 ask nothing.
ASKED_KIND = _either(
    "城市 城 省份 省 地区 地方 国家 机构 公司 企业 单位 部门 组织 厂商 集团 学校 大学 医院 人 天 年 游戏 产品 行业 "
    "领域 文件 报告 书 球队 队"
)
ASKING = (
    rf"(?:多少(?:{COUNTER}(?!类|务)|钱)?|第几{COUNTER}?|(?<![十百好])几{COUNTER}|多[高大长久远快深重强]"
    rf"|[是能会要]不[是能会要]|有没有|是否|怎么样?|怎样|如何|为什么|为何|为啥|什么(?:时候|时间|地方|人|样)?|谁"
    rf"|何时|何地|哪(?:里|儿|[一两几]?(?:些|种|{COUNTER})?{ASKED_KIND}?)|吗(?=[？?]|$))"
)
ADJUNCT = r"(?:什么(?:时候|时间|地方)|何时|何地|哪(?:里|儿|一?[年天月])|为什么|为何|为啥|怎么|怎样|如何)"
ASKS_PLACE = r"哪(?:一|几)?(?:[座个些])?(?:城市|城|省份|地区|国家)|哪里|哪儿"

TIME = (
    r"(?:(?:19|20)\d\d年?(?:\d{1,2}月)?|[今去前明]年|本年|近[\d一二三两几]+年|[上下]?半年|[上本]月"
    r"|\d{1,2}月(?:\d{1,2}日)?)(?:度|底|初|的)?"
)
LATIN = r"(?<![A-Za-z\d])[A-Za-z][A-Za-z\d.+-]+"
TITLE, TERM = r"《[^》]+》", r"“[^”]+”|「[^」]+」|\"[^\"]+\""

VERB = _either(
    "发展 建成 打通 发布 拥有 提出 提到 谈到 说到 表示 认为 指出 强调 介绍 解读 解释 归集 集聚 汇聚 发起 举行 举办 "
    "召开 开幕 参加 主持 编写 撰写 拍摄 采访 报道 建设 建立 打造 推动 推进 启动 成立 创建 开发 研发 生产 制造 销售 "
    "出口 进口 投资 融资 获得 赢得 取得 实现 完成 达到 突破 增长 下降 提高 提升 降低 减少 增加 扩大 覆盖 涵盖 包括 "
    "包含 遴选出? 选出 入选 上榜 评选 排名 位列 属于 来自 负责 担任 当选 支持 帮助 帮到 解决 面临 需要 使用 利用 "
    "采用 计划 打算 公布 揭晓 推出 上线 引发 引起 带来 造成 导致 吸引 展示 进行 探索 拓展 开始 结束 登陆 掀起 提供 "
    "卖出 (?<!安)排 占 达 做 叫 有 是 由 被 比 在 为"
)
# 在大会上 向企业 全面 累计 …: between the subject and its verb.
ADVERB = (
    _either(
        "累计 全面 即将 将 已经 已 一共 总共 共 分别 曾经 曾 正在 首次 集中 能够 可以 应当 应该 都 还 也 主要 到底 "
        "究竟 同比 连续 目前 又 总计 大约 约 是"
    )
    + r"|(?<![智功性才可节储产核技职动电热])能|(?<![大峰社览展年晚协学商工员机议运贸])会|(?<![主需重必])要"
)
PHRASE = (
    rf"(?:在[^，]{{1,12}}?[上中里]|(?<![方面])向{HAN}{{1,6}}|(?<![应绝])对{HAN}{{1,6}}|从{HAN}{{1,6}}|比上年|比去年)"
)
SPEECH = r"(?:是)?谁(?:这么|这样)?(?:说|讲|提出|表示|指出|认为|透露|介绍)的?"

# Nouns that need an owner: 市长 of which city, 主题 of what? A question that begins with one has left it out.
ROLE = (
    r"(?:副?(?:市|省|县|区|镇|州|院|校|局|部|处|会|团|理事|董事|秘书|组)长|副?(?:书记|主席|总裁|总经理|主任)"
    r"|创始人|负责人|发言人|主持人|总统|总理|首相|首席执行官)"
)
OWNED = (
    f"(?:{ROLE}|"
    + _either(
        "作者 记者 编辑 导演 主题 议题 名字 名称 全称 简称 原因 理由 依据 结果 结论 目的 目标 意义 作用 影响 特点 特色 "
        "优势 优点 缺点 不足 困难 挑战 难点 措施 做法 办法 计划 内容 背景 规模 面积 人口 数量 总数 总量 产量 产值 销量 "
        "价格 票价 门票 成本 费用 收入 利润 占比 比例 比重 份额 增速 增幅 增长率 占有率 金额 总额 销售额 时间 日期 "
        "地点 地址 位置 总部 来源 出处 成员 名单 排名 效果 成效 成果 进展 前景 步骤 条件 标准"
    )
    + ")"
)

# A question that begins so lacks its subject (占全国多少, 发布了几个) or an owner (市长是谁); one that opens so may.
NO_SUBJECT = (
    rf"(?:{ADVERB}|{PHRASE}){{0,4}}(?P<verb>{VERB}|(?:能够?(?![量源力耗])|可以){HAN}{{1,2}}|{HAN}{{1,2}}(?=[了过]|到了|出了))(?:了|过|到了?|出了?)?"
    rf"(?:全国|全球|世界|全市|全省)?的?{ASKING}"
)
NO_OWNER = (
    r"(?:(?:最大|主要|具体|新|总)的?)?"
    rf"(?:{OWNED}(?=[是有叫在由为占比怎如多几何什谁哪达增下第])|{ROLE}(?=[是叫怎对说]))"
)
OPENS = (
    rf"(?:是|由|被|在|从|有|能|会)?{ASKING}(?<!怎么)(?<!如何)(?<!怎样)(?<!为什么)(?![是叫])"
    r"|(?:怎么|如何)(?=.*[的到成]\Z)"
)
ABOUT_TEXT = "作者|记者|编辑|摄影|来源|出处"
NUMBER = r"[约近超逾]?[\d一二三四五六七八九十百千万半]"
FILLING = (
    "一共|总共|分别|目前"
    "|[的了是有在由被从比占到过出吗呢吧啊呀么也都还又就才共最更很会能要可将已为给对向和与跟每各这那样]"
)
NAMED = rf"{TITLE}|{TERM}|[A-Za-z]{{2,}}|\d{{2,}}(?!年)"

# 第二个呢, 还有哪些, 继续: more of the same.
MORE = (
    r"(?:还有|此外|除此之外|其他|其它|另外|别的|其余|剩下|第[\d一二三四五六七八九十]+|最后|倒数第[一二三]"
    r"|[前后][\d一二两三四五]|下|具体|比如|例如)"
    rf"的?[一几]?{COUNTER}?的?(?:呢|(?:还有|是|有)?{ASKING}|说说){{0,3}}"
    r"|继续|(?:请|再)?(?:说|讲|介绍)?得?(?:详细|具体)(?:一?点|一些|说说|讲讲)?"
)

# What points back. 其他, 此次, 这次, 应该 and 那么 don't.
PRONOUN = (
    r"(?P<person>(?<![其吉排])[他她]们?(?![人山国乡])|[这那]个人|[这那]位(?=[怎还说是有对]))"
    r"|(?P<thing>它们?)"
    r"|(?P<its>(?<![尤极与何])其(?![他它中实余次间后一二]))"
    r"|(?P<place>[这那](?:里|儿|边)|当地)"
    r"|(?P<listed>前者|后者)"
    r"|(?P<noun>(?:[这那](?:[一两几]?[个家座位款项份些部本条名台套张所篇种句]|(?=[市省]))|上述"
    r"|(?<![应本活])该(?![怎如不有是去做用来多被让从向对为])|(?<![因如从由彼至为])此(?![次外前后时刻]))的?)"
    r"|(?P<said>^[这那此](?=[是有说意怎为对和会算属可表]))"
)
PLACE_NOUN = "城市|市|省|县|地区|地方|国家"
BODY_NOUN = "公司|企业|机构|单位|组织|厂商|集团"
THING_NOUN = "大会|会议|峰会|博览会|论坛|活动|项目|平台|游戏|技术|产品|报告|榜单|学校|校|书|电影|作品"

# Speaking to the chat or about this moment: no gap, whatever was asked before.
ADDRESSED = r"[你您]|我(?![国省市县区们])|谢谢|再见|今天|明天|昨天|现在|星期几|几点"
LEAD = (
    r"(?:(?:那么|那(?![里儿边个些位家座年时次场届款种份本项么条]|天(?!气))|请问|另外|然后|所以|对了|顺便问一下"
    r"|我想知道|我想问|想问一下|请?告诉我|你?能告诉我|你?知道)[，,]? ?)+"
)

PLACE_NAMES = _either(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 "
    "贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 长三角 珠三角 京津冀 大湾区 东北 中国 我国 "
    "美国 日本 韩国 朝鲜 印度 俄罗斯 英国 法国 德国 意大利 西班牙 葡萄牙 荷兰 瑞士 瑞典 挪威 芬兰 丹麦 波兰 乌克兰 "
    "土耳其 以色列 伊朗 伊拉克 沙特 埃及 南非 巴西 阿根廷 墨西哥 加拿大 澳大利亚 新西兰 新加坡 马来西亚 泰国 越南 "
    "印尼 菲律宾 巴基斯坦 欧盟 欧洲 亚洲 非洲 美洲 东盟 东京 纽约 伦敦 巴黎 石家庄 唐山 秦皇岛 邯郸 邢台 保定 "
    "张家口 承德 沧州 廊坊 衡水 雄安 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 "
    "通辽 鄂尔多斯 呼伦贝尔 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛 长春 四平 辽源 通化 "
    "白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 大庆 伊春 佳木斯 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 "
    "连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 桐乡 "
    "乌镇 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 "
    "泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 "
    "烟台 潍坊 济宁 泰安 威海 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 "
    "三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 长沙 株洲 "
    "湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 "
    "肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 "
    "百色 贺州 河池 崇左 海口 三亚 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 "
    "达州 雅安 巴中 资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 大理 拉萨 西安 "
    "铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 西宁 "
    "银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密"
)
# A name of the list, or one that ends like a place (桐庐县, 溪口镇) but for 城市, 示范区 and the like.
PLACE = (
    rf"{PLACE_NAMES}(?:[省市县区州](?!长)|自治区)?"
    rf"|(?<!{HAN}){HAN}{{1,3}}(?<![城超门上股夜都地园社展景校小专赛郊灾各哪该全本])[省市县区镇](?![长场民])"
)

# English: fragments (And Wenzhou? How about 2023?), questions of a word or two, and what points back.
ENGLISH_ASKING = r"(?:who|whom|whose|what|which|when|where|why|how)"
ENGLISH_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)"
ENGLISH_OPENING = r"(?:(?:and|but|so|then|okay|ok)\b,?\s*)?(?:what about|how about)\s+|(?:and|but)\s+"
ENGLISH_BARE = (
    r"(?:and |but )?(?:(?:by|from|to|with|for|in|at|on) )?(?:whom|when|where|who|which(?: ones?)?"
    r"|why(?: not| so| is that)?|how(?: so| much| many| long| often)?|since when|really|are you sure"
    r"|(?:what|who|anything|any) (?:else|others?)|who (?:said|says|claims) (?:so|that|this|it))"
)
ENGLISH_PRONOUN = (
    r"\b(?:(?P<person>he|his|him|she|her)|(?P<things>they|their|them)"
    r"|(?P<thing>its?(?! (?:true|possible|rain|snow|cold|hot|that|time|take)))"
    r"|(?P<there>(?<!is )(?<!are )(?<!was )(?<!were )there(?=\W*$))"
    r"|(?P<noun>th(?:is|at|ese|ose)(?= (?:city|town|place|country|company|firm|institute|institution|report|book"
    r"|game|list|person)))"
    r"|(?P<said>^(?:that|this)(?= (?:is|was))|(?:that|this|so)(?=\W*$)))\b"
)
ENGLISH_OBJECT = (
    rf"\b(?:how many|share of|which|who (?:is|are|was|were)|what (?:is|are|was|were)) (.+?)"
    rf"(?= (?:{ENGLISH_VERB}|of|in|on|from)\b|\W*\Z)"
)
ENGLISH_NAME = rf"(?<!^)(?<![\w-])(?!(?:{ENGLISH_ASKING}|I)\b)(?:the )?[A-Z][\w+-]*(?: [A-Z][\w+-]*)*"
