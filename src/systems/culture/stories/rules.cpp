#include "systems/culture/stories/rules.h"

#include <algorithm>

#include "base/text.h"

namespace tx::culture::rules {

Result<void> readable(std::string_view title, std::string_view words) {
  if (letter_count(title) < 2 || letter_count(title) > kTitleMost) return refuse(Kind::invalid, "story.title_missing", "title", {{"n", std::to_string(kTitleMost)}});
  if (letter_count(words) < kWordsLeast) return refuse(Kind::invalid, "story.words_short", "words", {{"n", std::to_string(kWordsLeast)}});
  if (letter_count(words) > kWordsMost) return refuse(Kind::invalid, "story.words_long", "words", {{"n", std::to_string(kWordsMost)}});
  return {};
}

Result<void> printable(const Story& story) {
  if (letter_count(story.headline) < 2) return refuse(Kind::invalid, "story.headline_missing", "headline");
  for (const auto& [field, text] : {std::pair{"headline", &story.headline}, {"kicker", &story.kicker}, {"subhead", &story.subhead}})
    if (letter_count(*text) > kTitleMost) return refuse(Kind::invalid, "story.headline_long", field, {{"n", std::to_string(kTitleMost)}});
  if (letter_count(story.body) < kWordsLeast) return refuse(Kind::invalid, "story.body_missing", "body", {{"n", std::to_string(kWordsLeast)}});
  if (letter_count(story.body) > kWordsMost) return refuse(Kind::invalid, "story.words_long", "body", {{"n", std::to_string(kWordsMost)}});
  return {};
}

Result<void> may_review(const Story& story, access::AccountId by) {
  if (story.teller == by) return refuse(Kind::forbidden, "story.own");
  for (const auto before : {story.first_by, story.second_by, story.third_by})
    if (before == by) return refuse(Kind::forbidden, "story.same_person");
  return {};
}

Result<void> may_proof(const std::vector<access::AccountId>& before, access::AccountId by) {
  if (std::find(before.begin(), before.end(), by) != before.end()) return refuse(Kind::forbidden, "issue.same_person");
  return {};
}

Result<void> people_readable(int people) {
  if (people < 0 || people > kPeopleMost) return refuse(Kind::invalid, "picture.people_wrong", "people", {{"n", std::to_string(kPeopleMost)}});
  return {};
}

Result<void> consent_readable(std::string_view name, bool minor, std::string_view guardian, std::string_view how) {
  if (letter_count(name) < 2 || letter_count(name) > 30) return refuse(Kind::invalid, "consent.name_missing", "name");
  if (minor && letter_count(guardian) < 2) return refuse(Kind::invalid, "consent.guardian_missing", "guardian");
  if (letter_count(guardian) > 30) return refuse(Kind::invalid, "consent.name_missing", "guardian");
  if (how != "self" && how != "written" && how != "spoken") return refuse(Kind::invalid, "consent.how_missing", "how");
  return {};
}

int consents_missing(const Picture& picture, const std::vector<Consent>& consents) {
  int standing = 0;
  for (const auto& consent : consents)
    if (consent.picture == picture.id && !consent.withdrawn.us) ++standing;
  return std::max(0, picture.people - standing);
}

std::vector<std::string> paragraphs(std::string_view text) {
  std::vector<std::string> found;
  std::size_t at = 0;
  while (at <= text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string line(text.substr(at, end - at));
    const auto blank = [](std::string& one) {   // spaces, tabs, and the ideographic space with which people indent
      while (!one.empty() && (one.front() == ' ' || one.front() == '\t' || one.front() == '\r')) one.erase(0, 1);
      while (one.starts_with("\xE3\x80\x80")) one.erase(0, 3);
    };
    for (std::size_t before = line.size() + 1; before != line.size();) before = line.size(), blank(line);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.pop_back();
    if (!line.empty()) found.push_back(std::move(line));
    at = end + 1;
  }
  return found;
}

}  // namespace tx::culture::rules
