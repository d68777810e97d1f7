#include "platform/http/forms.h"

namespace tx::http {
namespace {

void merge(Json& into, const Json& extra) {
  for (const auto& [name, value] : extra.members()) into.set(name, value);
}

}  // namespace

Form::Form(const Context& context, Json defaults) : context_(context), defaults_(std::move(defaults)) {}

Json Form::value(std::string_view name) const {
  // A tick box that was cleared is absent from what was submitted: then absence is the answer, not the default.
  if (context_.submitted.size() > 0) return context_.submitted[name];
  if (const Json* asked = context_.request.query.find(name)) return *asked;
  return defaults_[name];
}

std::string Form::text(std::string_view name) const {
  const Json found = value(name);
  if (found.is_integer()) return std::to_string(found.integer());
  if (found.is_bool()) return found.boolean() ? "on" : "";
  return found.text();
}

bool Form::chosen(std::string_view name, std::string_view wanted) const {
  const Json found = value(name);
  for (const auto& item : found.items())
    if (item.text() == wanted) return true;
  return text(name) == wanted;
}

Json Form::field(std::string_view name, std::string_view label_key, std::string_view hint_key, Json extra) const {
  Json view = Json::of({{"name", name}, {"label", context_.text(label_key)}, {"value", text(name)}, {"error", ""},
                        {"hint", hint_key.empty() ? std::string() : context_.text(hint_key)}});
  // Outer views must not leak into the field (mustache looks names up outwards), so every optional member is set.
  for (const auto* member : {"type", "short", "required", "optional", "autocomplete", "inputmode", "placeholder", "min",
                             "max", "maxlength", "rows", "many", "two"})
    view.set(member, "");
  merge(view, extra);
  if (context_.problem && context_.problem->field == name)
    view.set("error", context_.text(context_.problem->rule, context_.problem->args));
  return view;
}

Json Form::options(std::string_view name, std::string_view label_key, const std::vector<Option>& options,
                   std::string_view hint_key, Json extra) const {
  Json view = field(name, label_key, hint_key, std::move(extra));
  Json list = Json::array();
  for (const auto& option : options)
    list.push(Json::of({{"value", option.value}, {"label", option.label}, {"note", option.note}, {"icon", option.icon},
                        {"selected", chosen(name, option.value)}}));
  view.set("options", list);
  return view;
}

Json Form::tick(std::string_view name, std::string_view label_key, std::string_view text_key) const {
  return options(name, label_key, {{"on", context_.text(text_key)}}, {}, Json::of({{"many", true}}));
}

Json Form::summary() const {
  if (!context_.problem) return {};
  return Json::of({{"errors", Json::Array{Json::of({{"field", context_.problem->field},
                                                    {"text", context_.text(context_.problem->rule,
                                                                           context_.problem->args)}})}}});
}

}  // namespace tx::http
