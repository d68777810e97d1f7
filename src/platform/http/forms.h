// Views of form fields for the partials in web/layout (field, area, select, choices, segments, pictures, errors): what
// the person typed comes back after a refusal, and the refusal's text stands at its field and in the summary.
#pragma once
#include "platform/http/http.h"

namespace tx::http {

struct Option {
  std::string value, label, note = {}, icon = {};
};

class Form {
 public:
  // `defaults` are shown on a fresh form; submitted values win.
  Form(const Context& context, Json defaults = Json::object());

  // One field: {name, label, hint, error, value, …extra members such as type, required, maxlength}.
  // Label and hint are catalogue keys; an empty hint key means none.
  Json field(std::string_view name, std::string_view label_key, std::string_view hint_key = {},
             Json extra = Json::object()) const;
  Json options(std::string_view name, std::string_view label_key, const std::vector<Option>& options,
               std::string_view hint_key = {}, Json extra = Json::object()) const;
  // A single tick box shown as a choice of one.
  Json tick(std::string_view name, std::string_view label_key, std::string_view text_key) const;
  Json value(std::string_view name) const;
  std::string text(std::string_view name) const;
  bool chosen(std::string_view name, std::string_view value) const;
  Json summary() const;     // for the errors partial; null when there is none

 private:
  const Context& context_;
  Json defaults_;
};

}  // namespace tx::http
