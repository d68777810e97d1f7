#include "base/text.h"
#include "systems/teams/training/training.h"

namespace tx::teams::training_rules {
namespace {

constexpr int kLicences[] = {1, 3, 4};   // medical treatment, driving, law: a law says who may (Regulation art. 16)

}  // namespace

Result<void> complete(const Course& course) {
  if (letter_count(course.title) < 2 || letter_count(course.title) > 60) return refuse(Kind::invalid, "training.title_missing", "title");
  if (course.minutes < 10 || course.minutes > 60'000) return refuse(Kind::invalid, "training.minutes", "minutes");
  if (course.skill < 0 || course.skill > 23 || course.valid_months < 0 || course.valid_months > 120) return refuse(Kind::invalid, "form.unreadable", "skill");
  for (const int licence : kLicences)
    if (course.skill == licence) return refuse(Kind::forbidden, "training.skill_licence", "skill");
  if (course.skill && course.valid_months == 0) return refuse(Kind::invalid, "training.skill_expiry", "valid_months");
  return {};
}

Result<void> check_in(const Lesson& lesson, std::string_view code, int tries, Instant now) {
  if (now < lesson.starts.plus(-kAround)) return refuse(Kind::too_late, "training.too_early", "code");
  if (now > lesson.ends.plus(kAround)) return refuse(Kind::too_late, "training.too_late", "code");
  if (tries >= kTriesMost) return refuse(Kind::too_many, "training.tries", "code");
  if (code != lesson.code) return refuse(Kind::invalid, "training.code_wrong", "code");
  return {};
}

Date valid_until(Date issued, int months) {
  if (months == 0) return Date{};
  const int total = issued.year() * 12 + issued.month() - 1 + months, year = total / 12, month = total % 12 + 1;
  const Date next = month == 12 ? Date::of(year + 1, 1, 1) : Date::of(year, month + 1, 1);
  const int last = Date{next.days - 1}.day();
  return Date::of(year, month, std::min(issued.day(), last));
}

Standing standing(Date until, bool has, Date today) {
  if (!has) return Standing::none;
  if (until.days == 0) return Standing::valid;
  return until < today ? Standing::over : until.days - today.days <= 30 ? Standing::soon : Standing::valid;
}

}  // namespace tx::teams::training_rules
