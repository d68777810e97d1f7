// The rules of stories and pictures, pure. Sources: mission C3 (consent of persons pictured, the guardian's for minors); three
// reviews and three proofs by different people (三审三校, terms.md).
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "systems/culture/stories/model.h"

namespace tx::culture::rules {

inline constexpr std::size_t kTitleMost = 60, kWordsLeast = 50, kWordsMost = 6000, kPicturesMost = 6;
inline constexpr int kPeopleMost = 12;

// Rules story.title_missing, story.words_short, story.words_long
Result<void> readable(std::string_view title, std::string_view words);
// Rules story.headline_missing, story.body_missing, story.headline_long
Result<void> printable(const Story& story);

// Three reviews by three people who did not tell it. Rules story.own, story.same_person
Result<void> may_review(const Story& story, access::AccountId by);
// Three proofs by three people. Rule issue.same_person
Result<void> may_proof(const std::vector<access::AccountId>& before, access::AccountId by);

// Rules picture.people_wrong, consent.name_missing, consent.guardian_missing, consent.how_missing
Result<void> people_readable(int people);
Result<void> consent_readable(std::string_view name, bool minor, std::string_view guardian, std::string_view how);
// How many of those who can be recognised have not agreed (0: the picture may be printed).
int consents_missing(const Picture& picture, const std::vector<Consent>& consents);

// Paragraphs of a text: blank lines and line ends separate, spaces at their ends go.
std::vector<std::string> paragraphs(std::string_view text);

}  // namespace tx::culture::rules
