// The keeper's self-check on the phone, one have a screen; what everybody sees of it; the pictures.
#include "platform/http/forms.h"
#include "platform/storage/record_sql.h"
#include "systems/stations/six_haves/flow.h"
#include "systems/stations/six_haves/photos.h"
#include "systems/stations/six_haves/six.h"

namespace tx::stations::six {

using access::Access;
using http::CommandContext;
using http::Context;
using http::Response;

Json check_pill(const Context& context, const std::string& state) {
  return workflow::state_view(kCheckFlow, state, context.language, context.words);
}

// The six haves as a strip: held or not, in words and shape.
Json score_view(const Context& context, const Standard& standard, const rules::Score& score) {
  Json haves = Json::array();
  for (std::size_t i = 0; i < standard.haves.size(); ++i) {
    const auto& mark = score.held[i];
    const int percent = mark.of ? mark.points * 100 / mark.of : 0;
    haves.push(Json::of({{"have_name", name_of(standard.haves[i], context.language)},
                         {"have_icon", standard.haves[i].icon},
                         {"held", mark.held},
                         {"percent", percent},
                         {"have_points", std::to_string(mark.points) + " / " + std::to_string(mark.of)},
                         {"have_state", context.text(mark.held ? "six.held" : "six.not_held")}}));
  }
  return haves;
}

}  // namespace tx::stations::six

namespace tx::stations {

// On the public page and in the papers: the last rating, counted anew today so that old evidence drops out.
void add_six_view(http::Context& context, const Station& station, Json& view) {
  view.set("rating", star_view(context, station));
  const auto check = six::last_rating(context.reader, station);
  const auto standard = check ? six::find_standard(context.reader, check->set_id) : std::nullopt;
  if (!standard) return;
  const auto score =
      six::rules::score(*standard, six::rules::read_answers(check->answers), local_date(context.now), true);
  view.set("haves", six::score_view(context, *standard, score))
      .set("has_haves", true)
      .set("rating_capped",
           score.haves < static_cast<int>(standard->haves.size()) && score.score >= standard->set.pass_score)
      .set("set_name", six::name_of(standard->set, context.language))
      .set("haves_held", context.text("six.held_of", {{"n", std::to_string(score.haves)},
                                                      {"of", std::to_string(standard->haves.size())}}));
}

}  // namespace tx::stations

namespace tx::stations::six {
namespace {

struct AnswersInput {
  Json answers, photos;  // filled by read_form
  std::string then;
};
BOOST_DESCRIBE_STRUCT(AnswersInput, (), (answers, photos, then))
struct Empty {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Empty, (), (reason))
struct WordsInput {
  std::string words;
};
BOOST_DESCRIBE_STRUCT(WordsInput, (), (words))

std::string base_of(const Station& station) { return "/stations/" + station.id.text() + "/checks"; }

Json check_row(const Context& context, const Station& station, const Check& check) {
  Json meta = Json::Array{meta_view(
      "calendar", language::date_text(context.language, check.inspected.us ? check.inspected : check.created))};
  if (check.state == "rated") {
    meta.push(meta_view("star", context.text("six.star_label", {{"n", std::to_string(check.star)}})));
    meta.push(meta_view("chart", context.text("six.points", {{"n", std::to_string(check.score)}})));
  }
  Json row = row_view(base_of(station) + "/" + id_text(check.id), context.text("six.check"), "star", std::move(meta),
                      check_pill(context, check.state));
  return row.set("clock", workflow::due_view(check.due, context.now, context.language, context.words));
}

Result<Response> list_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  Json rows = Json::array();
  for (const auto& check : storage::select<Check>(
           context.reader, "select * from station_check where station = $1 order by created desc limit 40", station.id))
    rows.push(check_row(context, station, check));
  const auto set = set_in_force(context.reader, station.region, local_date(context.now));
  const bool keeps = may_over(context.roles, context.actor, permission::keep, station);
  Json view = Json::of({{"title", context.text("six.title")},
                        {"station", station.id.text()},
                        {"station_name", station.name},
                        {"rows", rows},
                        {"in_force", set ? name_of(*set, context.language) : ""},
                        {"may_begin", keeps && set && !open_check(context.reader, station)},
                        {"keeps", keeps},
                        {"summary", http::Form(context).summary()}});
  if (rows.size() == 0)
    view.set("empty", Json::of({{"icon", "star"},
                                {"title", context.text("six.none")},
                                {"text", context.text("six.none_text")},
                                {"href", ""}}));
  add_six_view(context, station, view);
  return context.page("stations/checks", view);
}

Json fixes_view(const Context& context, const Standard& standard, const std::vector<Fix>& fixes, bool keeps) {
  Json list = Json::array();
  for (const auto& fix : fixes) {
    std::string what = fix.criterion, have;
    for (const auto& criterion : standard.criteria)
      if (criterion.code == fix.criterion) {
        what = words_of(criterion, context.language);
        have = criterion.have;
      }
    const bool late = fix.state == "open" && fix.due < local_date(context.now);
    list.push(Json::of({{"fix", id_text(fix.id)},
                        {"what", what},
                        {"fix_words", fix.words},
                        {"fix_due", fix.due.text()},
                        {"fix_have", have},
                        {"fix_answer", fix.answer},
                        {"late", late},
                        {"fix_open", fix.state == "open" && keeps},
                        {"state", pill(fix.state == "open" ? (late ? "stop" : "wait") : "done",
                                       context.text("six.fix." + fix.state))}}));
  }
  return list;
}

// One card a have: how far it is answered, a way in while the keeper writes, and whether it is held once judged.
Json parts_view(const Context& context, const Standard& standard, const Answers& answers, const rules::Score& score,
                bool judged, const std::string& base, int& open_all) {
  Json parts = Json::array();
  for (std::size_t i = 0; i < standard.haves.size(); ++i) {
    int of = 0, answered = 0;
    for (const auto& criterion : standard.criteria)
      if (criterion.have == standard.haves[i].code) {
        ++of;
        const auto found = answers.find(criterion.code);
        answered += found != answers.end() && !found->second.value.empty();
      }
    open_all += of - answered;
    parts.push(Json::of(
        {{"part_href", base.empty() ? "" : base + standard.haves[i].code},
         {"part_name", name_of(standard.haves[i], context.language)},
         {"part_icon", standard.haves[i].icon},
         {"part_done", answered == of},
         {"percent", of ? answered * 100 / of : 0},
         {"part_held", judged && score.held[i].held},
         {"part_text", context.text("six.answered", {{"n", std::to_string(answered)}, {"of", std::to_string(of)}})}}));
  }
  return parts;
}

// What was shown: an answer in words, and how many pictures.
std::string proof_text(const Context& context, const Criterion& criterion, const Answer& answer) {
  std::string text = answer.value;
  if (criterion.evidence == Evidence::number) text += " " + (context.language == language::Language::zh ? criterion.unit_zh : criterion.unit_en);
  else if (answer.value == "yes" || answer.value == "no") text = context.text("six." + answer.value);
  if (answer.photos) text += " \u00b7 " + context.text("six.photos_n", {{"n", std::to_string(answer.photos)}});
  if (answer.shown.days) text += " \u00b7 " + answer.shown.text();
  return text;
}
// How long it counts (P1: each item with evidence, reviewer, date, expiry).
std::string until_text(const Context& context, const Criterion& criterion, const Answer& answer) {
  if (criterion.valid_months == 0) return context.text("six.until_next");
  const auto day = criterion.evidence == Evidence::date ? Date::parse(answer.value) : answer.shown.days ? std::optional(answer.shown) : std::nullopt;
  return day ? rules::months_later(*day, criterion.valid_months).text() : context.text("six.until_next");
}

// Have by have, each criterion with what was shown, how long it counts, and what came of it.
Json marks_view(const Context& context, const Standard& standard, const Answers& answers, const rules::Score& score) {
  Json groups = Json::array();
  for (std::size_t i = 0; i < standard.haves.size(); ++i) {
    Json marks = Json::array();
    for (const auto& criterion : standard.criteria) {
      if (criterion.have != standard.haves[i].code) continue;
      const auto* mark = score.mark(criterion.code);
      const auto found = answers.find(criterion.code);
      const bool answered = found != answers.end() && !found->second.value.empty();
      const char* tone = mark->why == rules::Why::met ? "done" : mark->why == rules::Why::unattested ? "wait" : "stop";
      marks.push(Json::of({{"mark_words", words_of(criterion, context.language)},
                           {"mark_points", std::to_string(mark->points) + " / " + std::to_string(mark->of)},
                           {"mark_said", found == answers.end() ? "" : found->second.said},
                           {"mark_proof", answered ? proof_text(context, criterion, found->second) : ""},
                           {"mark_until", answered ? until_text(context, criterion, found->second) : ""},
                           {"state", pill(tone, context.text(std::string("six.why.") + enum_name(mark->why)))}}));
    }
    groups.push(Json::of({{"group_name", name_of(standard.haves[i], context.language)},
                          {"group_points", std::to_string(score.held[i].points) + " / " + std::to_string(score.held[i].of)},
                          {"marks", marks}}));
  }
  return groups;
}

std::string inspected_text(const Context& context, const Check& check) {
  if (!check.inspected.us) return "";
  const auto day = local_date(check.inspected).text();
  const auto name = storage::scalar<std::string>(context.reader, "select display_name from account where id = $1", check.inspected_by).value_or("");
  return name.empty() ? context.text("six.inspected_on", {{"day", day}}) : context.text("six.inspected_by", {{"name", name}, {"day", day}});
}

Result<Response> check_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const auto check = TX_TRY(check_of(context.reader, station, context.argument("check")));
  const auto standard = find_standard(context.reader, check.set_id);
  if (!standard) return refuse(Kind::not_found, "http.not_found");
  const auto answers = rules::read_answers(check.answers);
  const bool rated = check.state == "rated", judged = rated || check.state == "fixing";
  const auto score = rules::score(*standard, answers, local_date(context.now), judged);
  const bool keeps = may_over(context.roles, context.actor, permission::keep, station);
  const bool writes = keeps && (check.state == "draft" || check.state == "fixing");
  int open_all = 0;
  const std::string parts_base = writes ? base_of(station) + "/" + id_text(check.id) + "/" : "";
  Json parts = parts_view(context, *standard, answers, score, judged, parts_base, open_all);
  const auto fixes = fixes_of(context.reader, check.id);
  const auto inspects = check.state == "sent" && may_over(context.roles, context.actor, permission::inspect, station);
  bool fixes_open = false;
  for (const auto& fix : fixes) fixes_open = fixes_open || fix.state == "open";
  Json marks = writes ? Json::array() : marks_view(context, *standard, answers, score);
  Json view = Json::of(
      {{"title", context.text("six.check")},
       {"station", station.id.text()},
       {"check", id_text(check.id)},
       {"station_name", station.name},
       {"set_name", name_of(standard->set, context.language)},
       {"summary", http::Form(context).summary()},
       {"parts", parts},
       {"check_head",
        Json::of({{"state", check_pill(context, check.state)},
                  {"clock", workflow::due_view(check.due, context.now, context.language, context.words)}})},
       {"draft", check.state == "draft" && keeps},
       {"sent_mine", check.state == "sent" && keeps},
       {"fixing", check.state == "fixing" && keeps},
       {"complete", open_all == 0},
       {"open_text", open_all ? context.text("six.still_open", {{"n", std::to_string(open_all)}}) : ""},
       {"score_now", std::to_string(rated    ? check.score
                                    : judged ? score.score
                                             : check.self_score)},
       {"rated", rated},
       {"marks", marks},
       {"has_marks", marks.size() > 0},
       {"inspected_text", inspected_text(context, check)},
       {"result_text", rated ? context.text(check.standard ? "six.is_standard" : "six.not_standard") : ""},
       {"star_text", rated ? context.text("six.star_label", {{"n", std::to_string(check.star)}}) : ""},
       {"inspects", inspects},
       {"fixes", fixes_view(context, *standard, fixes, writes)},
       {"has_fixes", fixes.size() > 0},
       {"fixes_open", fixes_open},
       {"timeline", workflow::timeline_view(kCheckFlow, workflow::history(context.reader, kCheckFlow.id, check.id),
                                            context.language, context.words, context.now)}});
  return context.page("stations/check", view);
}

Json photo_list(const Station& station, const std::vector<Photo>& photos, const std::string& code) {
  Json list = Json::array();
  for (const auto& photo : photos)
    if (photo.criterion == code)
      list.push(Json::of({{"photo", id_text(photo.id)},
                          {"photo_href", "/stations/" + station.id.text() + "/photos/" + id_text(photo.id)},
                          {"w", photo.width},
                          {"h", photo.height}}));
  return list;
}

// One question of the form; after a refusal it shows what was typed.
Json question_view(const Context& context, const Station& station, const Criterion& criterion, const Answers& answers,
                   const std::vector<Photo>& photos) {
  const bool again = context.submitted.size() > 0;
  const auto found = answers.find(criterion.code);
  const Answer answer = found == answers.end() ? Answer{} : found->second;
  const std::string name = "v_" + std::to_string(criterion.seq), note = "n_" + std::to_string(criterion.seq);
  const std::string value = again ? context.submitted[name].text() : answer.value;
  const bool wrong = context.problem && context.problem->field == criterion.code;
  const bool yes_no = criterion.evidence != Evidence::number && criterion.evidence != Evidence::date;
  Json one = Json::of({{"name", name},
                       {"note_name", note},
                       {"photo_name", "p_" + std::to_string(criterion.seq)},
                       {"words", words_of(criterion, context.language)},
                       {"note_value", again ? context.submitted[note].text() : answer.note},
                       {"must", criterion.must},
                       {"value", value},
                       {"is_yes_no", yes_no},
                       {"is_number", criterion.evidence == Evidence::number},
                       {"is_date", criterion.evidence == Evidence::date},
                       {"yes", value == "yes"},
                       {"no", value == "no"},
                       {"wants_photo", criterion.evidence == Evidence::photo},
                       {"unit", context.language == language::Language::en ? criterion.unit_en : criterion.unit_zh},
                       {"error", wrong ? context.text(context.problem->rule, context.problem->args) : ""},
                       {"photos", photo_list(station, photos, criterion.code)},
                       {"today", local_date(context.now).text()},
                       {"room_left", answer.photos < kPhotosEach},
                       {"officer_only", criterion.attest == Attest::officer},
                       {"said", answer.verdict == "no" ? answer.said : ""}});
  std::string hint;
  if (criterion.evidence == Evidence::number)
    hint = context.text("six.least", {{"n", std::to_string(criterion.threshold)}, {"unit", one["unit"].text()}});
  else if (criterion.valid_months)
    hint = context.text("six.valid", {{"n", std::to_string(criterion.valid_months)}});
  return one.set("hint", hint);
}

// One have: a question a criterion, for the thumb; the picture is taken on the spot.
Result<Response> have_page(Context& context) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const auto check = TX_TRY(check_of(context.reader, station, context.argument("check")));
  const auto standard = find_standard(context.reader, check.set_id);
  if (!standard || (check.state != "draft" && check.state != "fixing"))
    return refuse(Kind::not_found, "http.not_found");
  const std::string code = context.argument("have");
  std::size_t at = 0;
  while (at < standard->haves.size() && standard->haves[at].code != code) ++at;
  if (at == standard->haves.size()) return refuse(Kind::not_found, "http.not_found");
  const auto answers = rules::read_answers(check.answers);
  const auto photos = photos_of(context.reader, check.id);
  Json questions = Json::array();
  for (const auto& criterion : standard->criteria)
    if (criterion.have == code) questions.push(question_view(context, station, criterion, answers, photos));
  Json steps = Json::array();
  for (std::size_t i = 0; i < standard->haves.size(); ++i)
    steps.push(Json::of({{"phase", i < at    ? "past"
                                   : i == at ? "now"
                                             : "next"},
                         {"current", i == at},
                         {"name", name_of(standard->haves[i], context.language)}}));
  return context.page("stations/have", Json::of({{"title", name_of(standard->haves[at], context.language)},
                                                 {"station", station.id.text()},
                                                 {"check", id_text(check.id)},
                                                 {"have", code},
                                                 {"questions", questions},
                                                 {"stepper", steps},
                                                 {"last", at + 1 == standard->haves.size()},
                                                 {"station_name", station.name},
                                                 {"summary", http::Form(context).summary()}}));
}

// The form's fields carry the running number of the criterion: v_3 value, n_3 note, p_3 picture.
Result<Json> read_form(Context& context, Json input) {
  const auto station = TX_TRY(station_of(context.reader, context.argument("station")));
  const auto check = TX_TRY(check_of(context.reader, station, context.argument("check")));
  const auto standard = find_standard(context.reader, check.set_id);
  if (!standard) return refuse(Kind::not_found, "http.not_found");
  Json answers = Json::array(), photos = Json::array();
  for (const auto& criterion : standard->criteria) {
    const std::string seq = std::to_string(criterion.seq);
    std::string value, note;
    if (const Json* given = input.find("v_" + seq)) {
      if (!read_value(*given, value) || !read_value(input["n_" + seq], note))
        return refuse(Kind::invalid, "form.unreadable", criterion.code);
      answers.push(Json::of({{"code", criterion.code}, {"value", value}, {"note", note}}));
    } else if (input.find("n_" + seq)) {  // radio buttons of which none is chosen are not sent
      if (!read_value(input["n_" + seq], note)) return refuse(Kind::invalid, "form.unreadable", criterion.code);
      answers.push(Json::of({{"code", criterion.code}, {"value", ""}, {"note", note}}));
    }
    for (const auto& upload : context.request.uploads) {
      if (upload.field != "p_" + seq || upload.bytes.empty()) continue;
      auto picture = read_picture(upload.bytes);
      if (!picture) return refuse(picture.error().kind, picture.error().rule, criterion.code, picture.error().args);
      photos.push(Json::of({{"code", criterion.code},
                            {"kind", picture->kind},
                            {"bytes", std::move(picture->bytes)},
                            {"w", picture->width},
                            {"h", picture->height}}));
    }
  }
  return Json::of({{"answers", answers}, {"photos", photos}, {"then", input["then"]}});
}

std::string after_have(const CommandContext& context, const Json& answer) {
  const std::string check = "/stations/" + context.argument("station") + "/checks/" + context.argument("check");
  return answer["next"].text().empty() ? check : check + "/" + answer["next"].text();
}

Result<Json> answer(storage::Tx& tx, const CommandContext& context, const AnswersInput& input) {
  const auto station = TX_TRY(station_of(tx, context.argument("station")));
  std::vector<TypedAnswer> answers;
  std::vector<TypedPhoto> photos;
  for (const auto& one : input.answers.items())
    answers.push_back({one["code"].text(), one["value"].text(), one["note"].text()});
  for (const auto& one : input.photos.items())
    photos.push_back({one["code"].text(), one["kind"].text(), one["bytes"].text(), static_cast<int>(one["w"].integer()),
                      static_cast<int>(one["h"].integer())});
  const std::string have = context.argument("have");
  const auto check =
      TX_TRY(answer_have(tx, station, context.argument("check"), have, answers, photos, context.actor.account));
  std::string next;
  if (input.then == "next" && check.state == "draft")
    if (const auto standard = find_standard(tx, check.set_id))
      for (std::size_t i = 0; i + 1 < standard->haves.size(); ++i)
        if (standard->haves[i].code == have) next = standard->haves[i + 1].code;
  return Json::of(
      {{"check", id_text(check.id)}, {"score", check.self_score}, {"next", next}, {"region", station.region}});
}

Result<Response> photo(Context& context) {
  const auto rows = storage::query(
      context.reader, "select kind, bytes from station_photo where id = $1 and station = $2",
      id_value(context.argument("photo")).value_or(0), id_value(context.argument("station")).value_or(0));
  if (rows.empty()) return refuse(Kind::not_found, "http.not_found");
  std::string kind, bytes;
  storage::from_value(rows.rows[0][0], kind);
  storage::from_value(rows.rows[0][1], bytes);
  return Response::file(std::move(bytes), kind).set_header("cache-control", "private, max-age=3600");
}

void add_steps(http::Router& router) {
  const auto to_check = [](const CommandContext& context, const Json&) {
    return "/stations/" + context.argument("station") + "/checks/" + context.argument("check");
  };
  for (const char* action : {"send", "withdraw", "take_back", "send_again"})
    router.command<Empty>(
        {.name = std::string("six.") + action,
         .path = std::string("/stations/{station}/checks/{check}/do/") + action,
         .access = Access::over(permission::keep, "station"),
         .next = to_check,
         .flash = "six.moved",
         .page = check_page,
         .region_field = "region"},
        [action](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
          const auto station = TX_TRY(station_of(tx, context.argument("station")));
          const auto check = TX_TRY(step_check(tx, station, context.argument("check"), action, context.actor.account));
          return Json::of({{"check", id_text(check.id)}, {"state", check.state}, {"region", station.region}});
        });
  router.command<Empty>({.name = "six.photo_remove",
                         .path = "/stations/{station}/checks/{check}/photos/{photo}/remove",
                         .access = Access::over(permission::keep, "station"),
                         .next = to_check,
                         .flash = "six.photo_gone",
                         .region_field = "region"},
                        [](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto station = TX_TRY(station_of(tx, context.argument("station")));
                          TX_CHECK(remove_photo(tx, station, context.argument("check"), context.argument("photo")));
                          return Json::of({{"region", station.region}});
                        });
  router.command<WordsInput>(
      {.name = "six.fixed",
       .path = "/stations/{station}/checks/{check}/fixes/{fix}",
       .access = Access::over(permission::keep, "station"),
       .next = to_check,
       .flash = "six.fix_told",
       .page = check_page,
       .region_field = "region"},
      [](storage::Tx& tx, const CommandContext& context, const WordsInput& input) -> Result<Json> {
        const auto station = TX_TRY(station_of(tx, context.argument("station")));
        TX_CHECK(answer_fix(tx, station, context.argument("fix"), input.words));
        return Json::of({{"region", station.region}});
      });
}

}  // namespace
}  // namespace tx::stations::six

namespace tx::stations {

void add_check_routes(http::Router& router, const Services&) {
  using namespace six;
  const auto papers = Access::over(permission::read, "station");
  const auto own = Access::over(permission::keep, "station");
  router.page("six.list", "/stations/{station}/checks", papers, list_page);
  router.page("six.check", "/stations/{station}/checks/{check}", papers, check_page);
  router.page("six.have", "/stations/{station}/checks/{check}/{have}", own, have_page);
  router.page("six.photo", "/stations/{station}/photos/{photo}", papers, photo);
  router.command<Empty>({.name = "six.begin",
                         .path = "/stations/{station}/checks",
                         .access = own,
                         .next =
                             [](const CommandContext& context, const Json& answer) {
                               return "/stations/" + context.argument("station") + "/checks/" + answer["check"].text();
                             },
                         .page = list_page,
                         .region_field = "region"},
                        [](storage::Tx& tx, const CommandContext& context, const Empty&) -> Result<Json> {
                          const auto station = TX_TRY(station_of(tx, context.argument("station")));
                          const auto check = TX_TRY(begin_check(tx, station, context.actor.account));
                          return Json::of({{"check", id_text(check.id)}, {"region", station.region}});
                        });
  router.command<AnswersInput>({.name = "six.answer",
                                .path = "/stations/{station}/checks/{check}/{have}",
                                .access = own,
                                .next = after_have,
                                .flash = "six.saved",
                                .page = have_page,
                                .region_field = "region",
                                .prepare = read_form},
                               answer);
  add_steps(router);
}

}  // namespace tx::stations
