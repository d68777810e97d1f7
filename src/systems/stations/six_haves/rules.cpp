#include "systems/stations/six_haves/rules.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"

namespace tx::stations::six::rules {
namespace {

constexpr int kStars = 5, kStarsWithoutAll = 2, kCriteriaMost = 100, kHavesMost = 12;
constexpr std::int64_t kNumberMost = 1'000'000;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < 0 || value > kNumberMost) return std::nullopt;
  return value;
}

bool too_old(Date shown, int months, Date today) { return months > 0 && months_later(shown, months) < today; }

// What the evidence itself says.
Why evidence(const Criterion& criterion, const Answer& answer, Date today, bool inspected, int& points) {
  if (answer.value.empty()) return Why::missing;
  switch (criterion.evidence) {
    case Evidence::number: {
      const auto value = number_of(answer.value);
      if (!value) return Why::missing;
      if (*value >= criterion.threshold) break;
      points = criterion.threshold > 0 ? static_cast<int>(criterion.weight * *value / criterion.threshold) : 0;
      return Why::below;
    }
    case Evidence::date: {
      const auto day = Date::parse(answer.value);
      if (!day || *day > today) return Why::missing;
      if (too_old(*day, criterion.valid_months, today)) return Why::expired;
      points = criterion.weight;
      return Why::met;
    }
    default:
      if (answer.value != "yes") return Why::refused;
      // Seen on site is more than a picture.
      if (criterion.evidence == Evidence::photo && answer.photos == 0 && !inspected) return Why::missing;
  }
  if (answer.shown.days > 0 && too_old(answer.shown, criterion.valid_months, today)) return Why::expired;
  points = criterion.weight;
  return Why::met;
}

Mark mark_of(const Criterion& criterion, const Answers& answers, Date today, bool inspected) {
  Mark mark{criterion.code, Why::missing, 0, criterion.weight};
  const auto found = answers.find(criterion.code);
  const Answer answer = found == answers.end() ? Answer{} : found->second;
  if (inspected && answer.verdict != "yes") {
    mark.why = answer.verdict == "no" ? Why::refused : Why::missing;
    return mark;
  }
  mark.why = evidence(criterion, answer, today, inspected, mark.points);
  if (!inspected && criterion.attest == Attest::officer && mark.why == Why::met) {
    mark.why = Why::unattested;
    mark.points = 0;
  }
  return mark;
}

int stars_for(const CriteriaSet& set, int score, bool all) {
  int star = 0;
  std::string_view rest = set.stars;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    if (const auto least = number_of(rest.substr(0, comma)); least && score >= *least) ++star;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return std::min(star, all ? kStars : kStarsWithoutAll);
}

}  // namespace

const Mark* Score::mark(std::string_view code) const {
  for (const auto& one : marks)
    if (one.code == code) return &one;
  return nullptr;
}

Date months_later(Date day, int months) {
  const int index = day.year() * 12 + day.month() - 1 + months;
  const int year = index / 12, month = index % 12 + 1;
  const Date next = month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1);
  return Date::of(year, month, std::min(day.day(), Date{next.days - 1}.day()));
}

Score score(const Standard& standard, const Answers& answers, Date today, bool inspected) {
  Score result;
  std::int64_t points = 0, of = 0;
  for (const auto& have : standard.haves) {
    HaveMark held{have.code, 0, 0, true};
    for (const auto& criterion : standard.criteria) {
      if (criterion.have != have.code) continue;
      const Mark mark = mark_of(criterion, answers, today, inspected);
      held.points += mark.points;
      held.of += mark.of;
      if (criterion.must && mark.why != Why::met) held.held = false;
      result.marks.push_back(mark);
    }
    if (held.of == 0 || held.points * 100 < held.of * standard.set.least_percent) held.held = false;
    result.haves += held.held;
    points += held.points;
    of += held.of;
    result.held.push_back(held);
  }
  result.score = of ? static_cast<int>(points * 100 / of) : 0;
  const bool all = !standard.haves.empty() && result.haves == static_cast<int>(standard.haves.size());
  result.standard = all && result.score >= standard.set.pass_score;
  result.star = stars_for(standard.set, result.score, all);
  return result;
}

Answers read_answers(const Json& stored) {
  Answers answers;
  for (const auto& [code, value] : stored.members()) {
    Answer answer;
    if (read_value(value, answer)) answers[code] = answer;
  }
  return answers;
}
Json write_answers(const Answers& answers) {
  Json stored = Json::object();
  for (const auto& [code, answer] : answers) stored.set(code, to_json(answer));
  return stored;
}

Result<void> readable(const Criterion& criterion, const std::string& value, Date today) {
  if (value.empty()) return {};
  if (criterion.evidence == Evidence::number && !number_of(value))
    return refuse(Kind::invalid, "six.answer_number", criterion.code);
  if (criterion.evidence == Evidence::date) {
    const auto day = Date::parse(value);
    if (!day || *day > today) return refuse(Kind::invalid, "six.answer_date", criterion.code);
  }
  if (criterion.evidence != Evidence::number && criterion.evidence != Evidence::date && value != "yes" && value != "no")
    return refuse(Kind::invalid, "six.answer_choice", criterion.code);
  return {};
}

Result<void> complete(const Standard& standard, const Answers& answers) {
  int open = 0;
  for (const auto& criterion : standard.criteria) {
    const auto found = answers.find(criterion.code);
    open += found == answers.end() || found->second.value.empty();
  }
  if (open) return refuse(Kind::conflict, "six.unanswered", "", {{"n", std::to_string(open)}});
  return {};
}

Result<void> inspector(access::AccountId by, access::AccountId keeper, access::AccountId begun_by) {
  if (keeper && by == keeper) return refuse(Kind::forbidden, "six.own_station");
  if (by == begun_by) return refuse(Kind::forbidden, "six.own_check");
  return {};
}

Result<void> judged(const Standard& standard, const Answers& answers) {
  int open = 0;
  for (const auto& criterion : standard.criteria) {
    const auto found = answers.find(criterion.code);
    open += found == answers.end() || found->second.verdict.empty();
  }
  if (open) return refuse(Kind::conflict, "six.not_judged", "", {{"n", std::to_string(open)}});
  return {};
}

bool stars_readable(std::string_view stars) {
  std::int64_t before = -1;
  int count = 0;
  while (!stars.empty()) {
    const auto comma = stars.find(',');
    const auto least = number_of(stars.substr(0, comma));
    if (!least || *least <= before || *least > 100) return false;
    before = *least;
    ++count;
    stars = comma == std::string_view::npos ? std::string_view() : stars.substr(comma + 1);
  }
  return count == kStars;
}

namespace {

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

tl::unexpected<Refusal> wrong(std::size_t line, const char* column) {
  return refuse(Kind::invalid, "six.sheet", "file", {{"line", std::to_string(line + 1)}, {"column", column}});
}

}  // namespace

Result<Standard> read_sheet(const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t kColumns = 15;
  Standard standard;
  std::set<std::string> codes;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < kColumns; ++c) cells.push_back(c < rows[i].size() ? normal_text(rows[i][c]) : "");
    if (std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); })) continue;
    if (rows[i].size() < kColumns) return wrong(i, "must");
    Criterion one;
    one.have = cells[0];
    one.code = cells[4];
    one.words_zh = rows[i][5];  // as written: full-width punctuation belongs to the text
    one.words_en = rows[i][6];
    one.unit_zh = cells[8];
    one.unit_en = cells[9];
    if (!is_code(one.have)) return wrong(i, "have");
    if (!is_code(one.code) || !codes.insert(one.code).second) return wrong(i, "code");
    if (cells[5].empty() || has_controls(one.words_zh) || letter_count(one.words_zh) > 120) return wrong(i, "words_zh");
    if (cells[6].empty() || has_controls(one.words_en) || letter_count(one.words_en) > 240) return wrong(i, "words_en");
    const auto evidence = enum_value<Evidence>(cells[7]);
    const auto attest = enum_value<Attest>(cells[13]);
    const auto threshold = number_of(cells[10].empty() ? "0" : cells[10]), weight = number_of(cells[11]);
    const auto months = number_of(cells[12].empty() ? "0" : cells[12]);
    if (!evidence) return wrong(i, "evidence");
    if (!threshold || (*evidence == Evidence::number && *threshold == 0)) return wrong(i, "threshold");
    if (!weight || *weight < 1 || *weight > 100) return wrong(i, "weight");
    if (!months || *months > 120) return wrong(i, "valid_months");
    if (!attest) return wrong(i, "attest");
    if (cells[14] != "0" && cells[14] != "1") return wrong(i, "must");
    one.evidence = *evidence;
    one.attest = *attest;
    one.threshold = *threshold;
    one.weight = static_cast<int>(*weight);
    one.valid_months = static_cast<int>(*months);
    one.must = cells[14] == "1";
    const auto known = std::find_if(standard.haves.begin(), standard.haves.end(),
                                    [&](const auto& have) { return have.code == one.have; });
    if (known == standard.haves.end()) {
      if (cells[1].empty() || cells[2].empty()) return wrong(i, "have_zh");
      standard.haves.push_back({0, 0, static_cast<int>(standard.haves.size()) + 1, one.have, cells[1], cells[2],
                                is_code(cells[3]) ? cells[3] : "star"});
    }
    one.seq = static_cast<int>(standard.criteria.size()) + 1;
    standard.criteria.push_back(one);
    if (standard.criteria.size() > kCriteriaMost || standard.haves.size() > kHavesMost) return wrong(i, "code");
  }
  if (standard.criteria.empty()) return refuse(Kind::invalid, "six.sheet_empty", "file");
  return standard;
}

}  // namespace tx::stations::six::rules
