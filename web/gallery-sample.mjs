// Sample data for the gallery; made up, and never shipped.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const icons = readdirSync(join(dirname(fileURLToPath(import.meta.url)), 'icons')).map((n) => ({ name: n.replace('.svg', '') }));
const services = [['elder', '陪伴老人', 'Visiting elders'], ['housework', '家务帮手', 'Housework'], ['repair', '小修小补', 'Small repairs'],
  ['medical', '陪诊取药', 'Clinic escort'], ['tutoring', '学业辅导', 'Tutoring'], ['children', '照看孩子', 'Child care'],
  ['law', '法律咨询', 'Legal advice'], ['digital', '手机教学', 'Phone lessons'], ['meal', '送餐助餐', 'Meals'],
  ['shopping', '代买代办', 'Shopping'], ['haircut', '上门理发', 'Haircut at home'], ['other', '其他', 'Something else']];

export function sample(lang) {
  const t = (zh, en) => (lang === 'zh' ? zh : en);
  const state = { wait: { tone: 'wait', label: t('待审核', 'In review') }, go: { tone: 'go', label: t('已派单', 'Dispatched') },
    live: { tone: 'live', label: t('服务中', 'Under way') }, done: { tone: 'done', label: t('已办结', 'Closed') },
    stop: { tone: 'stop', label: t('已驳回', 'Rejected') }, plain: { tone: '', label: t('草稿', 'Draft') } };
  const inMs = (ms) => new Date(Date.now() + ms).toISOString();
  const clock = { calm: { tone: '', due: inMs(2.1e8), text: t('还剩 2 天 10 小时', '2 d 10 h left') },
    soon: { tone: 'soon', due: inMs(5e6), text: t('还剩 1 小时 23 分', '1 h 23 min left') },
    late: { tone: 'late', due: inMs(-1.2e7), text: t('已超时 3 小时', '3 h late') } };
  const picture = ([icon, zh, en]) => ({ icon, label: t(zh, en), value: icon, href: '#' });
  const place = t('兴庆区 凤凰北街街道', 'Fenghuang North St, Xingqing');
  return {
    words: { title: t('今天可以做什么', 'What you can do today'), user: t('马秀兰', 'Ma Xiulan'), notice: t('报名成功，周六早上九点见。', 'You are signed up. See you Saturday at nine.'),
      hero: t('有需要，就有人应', 'When someone needs a hand, someone answers'), hero_lead: t('说一声要什么帮助，附近的志愿者会来。也可以花一个上午，去帮一个人。', 'Say what you need and a volunteer nearby will come. Or give a morning to someone who needs you.'),
      ask: t('我要求助', 'Ask for help'), find: t('我想帮忙', 'I want to help'), all: t('查看全部', 'See all'), search: t('筛选', 'Filter'), dispatch: t('派给他', 'Dispatch'),
      s_stats: t('本月的承诺', 'Promises this month'), s_pictures: t('需要哪种帮助', 'What kind of help?'), s_rows: t('附近的机会', 'Opportunities nearby'), s_filter: t('常用筛选', 'Common filters'),
      s_follow: t('求助进度', 'Your request'), s_pills: t('状态与时限', 'States and clocks'), s_table: t('待派求助', 'Needs to dispatch'), s_candidates: t('合适的人', 'Who fits'),
      s_form: t('表单', 'Form'), s_service: t('图片菜单', 'Picture menu'), s_ticks: t('点名', 'Tick list'), s_charts: t('图表', 'Charts'), s_kiosk: t('站点签到机', 'Station kiosk'), s_icons: t('图标', 'Icons'),
      place: t('地点', 'Place'), state: t('状态', 'State'), due: t('时限', 'Clock'), asked: t('已询问', 'Asked'), go_on: t('继续', 'Continue'), cancel: t('先不填了', 'Not now'),
      batch: t('整区试排', 'Plan the whole region'), note_t: t('门牌号暂不公开', 'Your door number stays hidden'), note: t('有人接单以后，才会把门牌号告诉他。', 'Only the helper who accepts will see it.'), elder_hello: t('您好，需要什么？', 'Hello. What do you need?') },
    desk_groups: [{ label: t('供给与派单', 'Needs and dispatch'), open: true, places: [['dispatch', t('派单台', 'Dispatch'), true], ['board', t('今日站务', 'Day board')], ['people', t('队伍', 'Teams')], ['calendar', t('活动', 'Activities')], ['chart', t('区域概况', 'Overview')], ['audit', t('审计', 'Audit')]].map(([icon, label, current]) => ({ icon, label, current, href: '#' })) }, { label: t('阵地站点', 'Stations'), places: [{ icon: 'station', label: t('站点管理', 'Stations'), href: '#' }] }],
    tiles: [{ icon: 'heart', label: t('我要求助', 'Ask for help'), note: t('一分钟说清楚', 'One minute is enough'), tone: 'primary', href: '#' }, { icon: 'companion', label: t('我想帮忙', 'I want to help'), note: t('看看附近谁需要', 'See who is waiting nearby'), tone: '', href: '#' }, { icon: 'search', label: t('查求助进度', 'Follow a request'), note: t('凭编号和手机号', 'With your number and phone'), tone: 'helan', href: '#' }, { icon: 'station', label: t('找服务站', 'Find a station'), note: t('步行十五分钟以内', 'Within a fifteen-minute walk'), tone: 'oasis', href: '#' }],
    stats: [{ label: t('收到求助', 'Asked'), value: '1,284', unit: t('件', ''), href: '#' }, { label: t('已经办结', 'Met'), value: '1,107', unit: t('件', ''), href: '#' }, { label: t('正在服务', 'Under way'), value: '96', unit: t('件', '') }, { label: t('超过时限', 'Late'), value: '4', unit: t('件', ''), tone: 'warn', href: '#' }],
    pictures: services.map(picture),
    chips: [{ label: t('这个周末', 'This weekend'), on: true }, { label: t('步行可到', 'Walking distance') }, { label: t('不需要培训', 'No training') }],
    filters: [{ name: 'kind', label: t('类型', 'Kind'), options: [{ value: '', label: t('全部类型', 'All kinds') }, { value: 'elder', label: t('陪伴老人', 'Visiting elders') }] }, { name: 'when', label: t('时间', 'When'), options: [{ value: '', label: t('任何时间', 'Any time') }] }],
    rows: [[t('陪独居老人过重阳', 'Double Ninth with elders living alone'), 28, state.live, null, t('还缺 3 人', '3 places left')], [t('社区理发日', 'Haircut day in the community'), 29, state.wait, clock.soon, t('候补 2 人', '2 waiting')], [t('图书馆周末导读', 'Weekend reading guide at the library'), 30, state.go, null, t('还缺 8 人', '8 places left')]].map(([title, day, s, c, side]) => ({ href: '#', title, leaf: { month: t('11 月', 'Nov'), day, week: t('周六', 'Sat') }, has_side: true, state: s, clock: c, side, meta: [{ glyph: 'clock', words: '09:00–11:30' }, { glyph: 'nearby', words: place }, { glyph: 'walk', words: t('约 800 米', 'about 800 m') }] })),
    pager: { previous: '#', next: '#', where: t('第 2 页，共 9 页', 'Page 2 of 9') },
    one: { state: state.go, clock: clock.soon }, one_need: { state: state.go, clock: clock.soon },
    timeline: [{ phase: 'past', name: t('已收到', 'Received'), note: t('11月24日 09:12', '24 Nov 09:12') }, { phase: 'past', name: t('已审核', 'Reviewed'), note: t('11月24日 09:40', '24 Nov 09:40') }, { phase: 'now', current: true, name: t('正在找人', 'Looking for a helper'), note: t('已问过 3 位志愿者', '3 volunteers asked'), due: clock.soon.due, due_tone: 'soon', due_text: clock.soon.text }, { phase: 'next', name: t('服务中', 'Under way') }, { phase: 'next', name: t('您来评价', 'Your turn to rate') }],
    person: { initial: t('马', 'M'), tone: 1, name: t('马秀兰', 'Ma Xiulan'), note: t('三星志愿者 · 来过两次', 'Three stars · has helped you twice') },
    facts: [{ label: t('时间', 'When'), value: t('11月28日 周六 09:00', 'Sat 28 Nov 09:00') }, { label: t('地点', 'Where'), value: place }, { label: t('带上', 'Bring'), value: t('水杯、遮阳帽', 'Water, a hat') }],
    ticket: { label: t('您的求助编号', 'Your request number'), number: 'XQ-2611-0482', note: t('凭编号和手机号随时查进度', 'Follow it any time with this number and your phone') },
    pills: Object.values(state).map((s) => ({ state: s })), clocks: Object.values(clock).map((c) => ({ clock: c })),
    heads: [{ label: t('求助', 'Need') }, { label: t('地点', 'Place') }, { label: t('状态', 'State') }, { label: t('时限', 'Clock') }, { label: t('已询问', 'Asked'), num: true }],
    needs: [[t('陪张阿姨去医院复查', 'Take Mrs Zhang to her check-up'), state.wait, clock.late, 3], [t('厨房水龙头漏水', 'A leaking kitchen tap'), state.go, clock.soon, 1], [t('孩子放学后辅导数学', 'Maths after school'), state.plain, clock.calm, 0]].map(([title, s, c, asked]) => ({ title, place, state: s, clock: c, asked: String(asked) })),
    queue: [['medical', t('陪张阿姨去医院复查', 'Take Mrs Zhang to her check-up'), state.wait, clock.late], ['repair', t('厨房水龙头漏水', 'A leaking kitchen tap'), state.go, clock.soon, true], ['tutoring', t('孩子放学后辅导数学', 'Maths after school'), state.wait, clock.calm], ['haircut', t('卧床老人理发', 'Haircut for a bedridden elder'), state.wait, clock.calm]].map(([icon, title, s, c, chosen]) => ({ icon, title, place, state: s, clock: c, chosen })),
    candidates: [[t('李建国', 'Li Jianguo'), 2, [['for', t('步行 6 分钟', '6 min walk')], ['for', t('会修水电', 'Plumbing skill')], ['for', t('上次也是他', 'Same helper as before')], ['', t('本周已 1 次', 'Once this week')]]], [t('哈小燕', 'Ha Xiaoyan'), 3, [['for', t('时间合适', 'Free then')], ['against', t('骑车 25 分钟', '25 min by bike')]]]].map(([name, tone, reasons]) => ({ person: { name, tone, initial: name[0] }, reasons: reasons.map(([side, words]) => ({ side, words })) })),
    code_url: '/none', code_svg: '<svg viewBox="0 0 8 8" aria-hidden="true"><path d="M0 0h3v3H0zM5 0h3v3H5zM0 5h3v3H0zM4 4h2v2H4zM6 6h2v2H6z"/></svg>', code_digits: '482913', scan_choices: [{ value: 'shift:s7', label: t('社区理发日', 'Haircut day') }],
    stepper: [{ phase: 'past', name: t('要什么', 'What') }, { phase: 'now', current: true, name: t('什么时候', 'When') }, { phase: 'next', name: t('在哪里', 'Where') }],
    summary: { errors: [{ field: 'phone', text: t('手机号应为 11 位数字', 'A phone number has 11 digits') }] },
    fields: [{ name: 'name', label: t('怎么称呼您', 'What should we call you?'), hint: t('写姓也可以，例如"张阿姨"', 'A surname is enough'), autocomplete: 'name' }, { name: 'phone', label: t('联系电话', 'Phone'), value: '1380951', error: t('手机号应为 11 位数字', 'A phone number has 11 digits'), inputmode: 'tel', type: 'tel' }, { name: 'day', label: t('哪一天', 'Which day?'), type: 'date', short: true, optional: true }],
    urgency: { name: 'urgency', label: t('急不急', 'How urgent is it?'), options: [{ value: 'now', label: t('今天', 'Today') }, { value: 'week', label: t('这几天', 'This week'), selected: true }, { value: 'any', label: t('不急', 'No hurry') }] },
    helps: { name: 'helps', label: t('来的人最好', 'It would help if they'), many: true, options: [{ value: 'hui', label: t('会说本地话', 'speak the local dialect'), selected: true }, { value: 'same', label: t('是上次那位', 'came before'), note: t('老朋友，熟门熟路', 'Someone who knows the way') }] },
    words_own: { name: 'own', label: t('用自己的话说', 'In your own words'), optional: true },
    stars: { name: 'stars', label: t('满意吗', 'How was it?') },
    service: { name: 'service', label: t('需要哪种帮助', 'What kind of help?'), options: services.slice(0, 9).map((s, i) => ({ ...picture(s), selected: i === 2 })) },
    ticks: [[t('李建国', 'Li Jianguo'), state.live, 1], [t('哈小燕', 'Ha Xiaoyan'), state.wait, 2], [t('王伟', 'Wang Wei'), state.wait, 3]].map(([label, s, i]) => ({ tick_name: 'who', value: i, label, initial: label[0], tone: i, state: s, selected: i === 1, note: t('09:00 班次', '09:00 shift') })), tick_submit: t('记为到场', 'Mark present'),
    bars: [['兴庆区', 'Xingqing', 412, 100], ['金凤区', 'Jinfeng', 288, 70], ['西夏区', 'Xixia', 171, 41.5], ['灵武市', 'Lingwu', 96, 23.3]].map(([zh, en, value, percent], i) => ({ label: t(zh, en), value: String(value), percent, href: '#', tone: i === 3 ? 'second' : '' })),
    chart: { label: t('近六个月办结的求助', 'Needs met in six months'), columns: [520, 610, 580, 760, 905, 1107].map((v, i) => ({ x: i * 60 + 12, mid: i * 60 + 30, w: 36, h: Math.round(v / 8), y: 168 - Math.round(v / 8), value_y: 161 - Math.round(v / 8), value: String(v), name: t(`${i + 6} 月`, ['Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov'][i]), tone: i < 5 ? 'quiet' : '' })) },
    pin: { name: 'pin', label: t('签到密码', 'Your PIN'), hint: t('六位数字', 'Six digits') },
    empty: { icon: 'companion', title: t('附近暂时没有求助', 'Nobody nearby is waiting'), text: t('换个日子看看，或者告诉我们您哪天有空。', 'Try another day, or tell us when you are free.'), href: '#', action: t('设置空闲时间', 'Set my free time') },
    elder_actions: [{ icon: 'heart', label: t('我要求助', 'Ask for help'), note: t('说一声就行', 'Just tell us'), href: '#', tone: '' }, { icon: 'search', label: t('我的求助', 'My requests'), note: t('到哪一步了', 'See how far it is'), href: '#', tone: 'helan' }, { icon: 'phone', label: t('打电话', 'Phone us'), note: t('有人接听', 'A person answers'), href: '#', tone: 'oasis' }, { icon: 'station', label: t('找服务站', 'Find a station'), note: t('离家最近的', 'The nearest one'), href: '#', tone: 'river' }],
    icons,
  };
}
