// The passbook (存折): what an elder must see at a glance, the entries with their running balance, and the paper.
#include "base/text.h"
#include "platform/documents/documents.h"
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/support/records/records.h"
#include "systems/support/time_bank/books.h"
#include "systems/support/time_bank/flow.h"
#include "systems/teams/teams.h"

namespace tx::support::bank {
namespace {

using http::Context;

constexpr int kEntries = 60, kStamps = 24;

std::string spaced(const std::string& number) { return number.size() == 8 ? number.substr(0, 4) + " " + number.substr(4) : number; }
std::string long_text(const Context& context, std::int64_t minutes) { return language::duration_text(context.language, {minutes}); }

std::string other_name(Context& context, const identity::Vault* vault, std::int64_t id) {
  const auto member = find_member(context.reader, id);
  return !member ? "" : vault ? masked_name(name_of(*member, *vault)) : spaced(member->number);
}

// What an entry was, in words; `aside`: who ordered it when it was not the member.
struct Said {
  std::string what, aside;
  Instant at = {};                 // of the service itself; 0: of the entry
};
Said said_of(Context& context, const Member& member, const Entry& entry, const identity::Vault* vault) {
  const auto text = [&](const std::string& key, std::string what = {}) { return context.text(key, {{"what", std::move(what)}}); };
  if (entry.kind == "bank.service" || entry.kind == "bank.take_back" || entry.kind == "bank.freeze" || entry.kind == "bank.thaw") {
    const auto record = find_record(context.reader, entry.source);
    return {text("bank.entry." + entry.kind.substr(5), record ? title_text(context, record->title) : ""), "", record ? record->starts : Instant{}};
  }
  if (entry.kind == "bank.hold" || entry.kind == "bank.release") {
    const auto held = find_hold(context.reader, entry.source);
    return {text("bank.entry." + entry.kind.substr(5), held ? context.text("service." + held->service) : ""), held ? held->number : ""};
  }
  const auto order = storage::find<Order>(context.reader, "select * from bank_order where id = $1", entry.source);
  const std::string aside = order && !order->consent.empty() ? context.text("bank.by_keeper") : "";
  if (entry.kind == "bank.gift" && order)
    return order->member == member.id ? Said{text("bank.entry.gift_out", other_name(context, vault, order->other)), aside}
                                      : Said{text("bank.entry.gift_in", other_name(context, vault, order->member)), ""};
  return {text("bank.entry." + entry.kind.substr(5)), aside};
}

Json entry_views(Context& context, const Member& member, const identity::Vault& vault) {
  Json rows = Json::array();
  for (const auto& entry : entries_of(context.reader, member.id, kEntries)) {
    const auto said = said_of(context, member, entry, &vault);
    const bool give = entry.account == give_account(member.id);
    rows.push(Json::of({{"day", local_date(said.at.us ? said.at : entry.at).text()}, {"what", said.what}, {"aside", give ? context.text("bank.give_only") : said.aside},
                        {"came", entry.amount > 0 ? "+" + clock_text(entry.amount) : ""}, {"went", entry.amount < 0 ? "−" + clock_text(-entry.amount) : ""},
                        {"after", clock_text(entry.after)}}));
  }
  return rows;
}

Json kin_views(Context& context, const Member& member, const identity::Vault& vault, bool own) {
  Json rows = Json::array();
  for (const auto& kin : kin_of(context.reader, member.id)) {
    const bool first = kin.member == member.id;
    const auto other = find_member(context.reader, first ? kin.other : kin.member);
    if (!other) continue;
    rows.push(Json::of({{"kin", id_text(kin.id)}, {"who", masked_name(name_of(*other, vault))}, {"kin_number", spaced(other->number)},
                        {"relation_name", context.text("bank.relation." + std::string(first ? std::string_view(kin.relation) : reverse_of(kin.relation)))},
                        {"state", workflow::state_view(kKinFlow, kin.state, context.language, context.words)},
                        {"may_agree", kin.state == "stated" && !first}, {"may_attest", kin.state == "agreed" && !own && kin.agreed_by != context.actor.account},
                        {"may_end", kin.state == "attested" && own}}));
  }
  return rows;
}

void add_forms(Context& context, const Member& member, const identity::Vault& vault, const Balances& now, bool own, Json& view) {
  const http::Form form(context, Json::of({{"minutes", "60"}, {"relation", "parent"}, {"consent", "spoken"}}));
  std::vector<http::Option> amounts, kin, relations;
  for (const int minutes : {30, 60, 120, 300, 600}) amounts.push_back({std::to_string(minutes), long_text(context, minutes)});
  for (const auto& each : kin_of(context.reader, member.id)) {
    if (each.state != "attested") continue;
    const auto other = find_member(context.reader, each.member == member.id ? each.other : each.member);
    if (other) kin.push_back({id_text(other->id), masked_name(name_of(*other, vault)) + "  " + spaced(other->number)});
  }
  for (const auto relation : bank::relations()) relations.push_back({std::string(relation), context.text("bank.relation." + std::string(relation))});
  view.set("may_gift", now.own > 0 && !kin.empty()).set("may_donate", now.own + now.give > 0)
      .set("f_to", form.options("to", "bank.to", kin)).set("f_minutes", form.options("minutes", "bank.how_much", amounts))
      .set("f_number", form.field("number", "bank.kin_number", "bank.kin_number.hint", Json::of({{"inputmode", "numeric"}, {"short", true}, {"maxlength", 12}})))
      .set("f_relation", form.options("relation", "bank.relation", relations));
  if (own) return;
  std::vector<http::Option> consents;
  for (const char* consent : {"spoken", "written"}) consents.push_back({consent, context.text(std::string("bank.consent.") + consent)});
  view.set("f_consent", form.options("consent", "bank.consent", consents));
}

}  // namespace


Json passbook_view(Context& context, const Member& member, const identity::Vault& vault, bool own) {
  const auto now = balances_of(context.reader, member);
  const auto policy = policy_of(context.reader, member.region);
  const Date today = local_date(context.now);
  const std::string name = name_of(member, vault);
  Json stamps = Json::array();
  const auto full = std::clamp<std::int64_t>(now.own / 60, 0, kStamps);
  for (std::int64_t i = 0; i < full; ++i) stamps.push(Json::of({{"stamp", i + 1}}));
  Json view = Json::of({{"has", true}, {"own", own}, {"base", own ? "/me/timebank" : "/desk/timebank/" + id_text(member.id)},
                        {"holder", own ? name : masked_name(name)}, {"number", spaced(member.number)}, {"opened_on", local_date(member.opened).text()},
                        {"place_name", teams::region_path(context.reader, member.region, context.language)},
                        {"hours", std::to_string(now.own / 60)}, {"rest", now.own % 60 ? std::to_string(now.own % 60) : ""},
                        {"stamps", stamps}, {"more_stamps", now.own / 60 > kStamps ? "+" + std::to_string(now.own / 60 - kStamps) : ""},
                        {"give", now.give ? long_text(context, now.give) : ""}, {"held", now.held ? long_text(context, now.held) : ""},
                        {"debt", now.debt ? long_text(context, now.debt) : ""}, {"frozen", now.frozen ? long_text(context, now.frozen) : ""}, {"office_only", !member.account}, {"closed", member.state != "open"},
                        {"care_name", member.care == Care::none ? "" : context.text(std::string("bank.care.") + enum_name(member.care))}});
  const bool may = may_use(member.birth, member.care, today, policy);
  view.set("worth", context.text(may ? "bank.worth" : "bank.worth_later",
                                 {{"n", std::to_string(now.own / 60)}, {"age", std::to_string(policy.use_age)},
                                  {"year", std::to_string(member.birth.year() + policy.use_age)}}))
      .set("may_spend", may && now.own > 0);
  const Json entries = entry_views(context, member, vault), kin = kin_views(context, member, vault, own);
  view.set("entries", entries).set("has_entries", entries.size() > 0).set("kin_list", kin).set("has_kin", kin.size() > 0);
  add_forms(context, member, vault, now, own, view);
  return view.set("summary", http::Form(context).summary());
}

// A4: the cover as a band, then the ruled lines; large letters, because it is read without glasses.
std::string passbook_pdf(Context& context, const Member& member, const std::string& name) {
  using documents::PdfText;
  constexpr int kRows = 24, kCover = 0x8f1a20, kGold = 0xe9c46a, kRule = 0xd9c7ad;
  const auto entries = entries_of(context.reader, member.id, 240);
  const auto now = balances_of(context.reader, member);
  const auto size = head(context.reader).size;
  std::vector<documents::PdfPage> pages;
  for (std::size_t at = 0; at == 0 || at < entries.size(); at += kRows) {
    documents::PdfPage page;
    const auto put = [&](double x, double y, double width, std::string words, double pt, bool bold, PdfText::Align align, int rgb) {
      page.texts.push_back({x, y, width, std::move(words), pt, bold, align, 0, rgb});
    };
    page.lines.push_back({14, 40, 196, 40, 50 * 72 / 25.4, kCover});   // a band of fifty millimetres
    page.lines.push_back({18, 19, 192, 19, 0.8, kGold});
    page.lines.push_back({18, 61, 192, 61, 0.8, kGold});
    put(24, 24, 0, context.text("bank.book"), 28, true, PdfText::Align::left, kGold);
    put(24, 41, 0, name, 17, true, PdfText::Align::left, 0xffffff);
    put(24, 50, 0, "No. " + spaced(member.number) + "   " + teams::region_path(context.reader, member.region, context.language), 11, false, PdfText::Align::left, 0xf6e3d4);
    put(186, 28, 0, clock_text(now.own), 34, true, PdfText::Align::right, 0xffffff);
    put(186, 46, 0, context.text("bank.hours_minutes"), 11, false, PdfText::Align::right, 0xf6e3d4);
    const char* heads[] = {"bank.column.day", "bank.column.what", "bank.column.in", "bank.column.out", "bank.column.after"};
    constexpr double kRight[] = {0, 0, 138, 162, 190};
    double y = 74;
    for (int i = 0; i < 5; ++i)
      put(i == 0 ? 20 : i == 1 ? 48 : kRight[i], y, 0, context.text(heads[i]), 10, true, i < 2 ? PdfText::Align::left : PdfText::Align::right, 0x7a5a3a);
    for (std::size_t row = at; row < std::min(entries.size(), at + kRows); ++row) {
      y += 8;
      page.lines.push_back({18, y - 1.2, 192, y - 1.2, 0.4, kRule});
      const auto& entry = entries[row];
      const auto said = said_of(context, member, entry, nullptr);
      put(20, y, 0, local_date(said.at.us ? said.at : entry.at).text(), 11, false, PdfText::Align::left, 0x241c16);
      put(48, y, 0, shortened(said.what, 22), 11, false, PdfText::Align::left, 0x241c16);
      put(entry.amount > 0 ? kRight[2] : kRight[3], y, 0, clock_text(std::abs(entry.amount)), 12, true, PdfText::Align::right, entry.amount > 0 ? 0x27663f : 0x931b20);
      put(kRight[4], y, 0, clock_text(entry.after), 12, false, PdfText::Align::right, 0x241c16);
    }
    put(20, 276, 172, context.text("bank.paper_note", {{"n", std::to_string(size)}, {"day", local_date(context.now).text()}}), 9, false, PdfText::Align::left, 0x6d6056);
    put(190, 284, 0, std::to_string(at / kRows + 1) + " / " + std::to_string(std::max<std::size_t>(1, (entries.size() + kRows - 1) / kRows)), 9, false, PdfText::Align::right, 0x6d6056);
    pages.push_back(std::move(page));
  }
  return documents::write_pdf(pages, {context.text("bank.book"), "Tongxin", language::tag(context.language)});
}

}  // namespace tx::support::bank
