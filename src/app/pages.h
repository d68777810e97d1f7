// The front door's own pages: public home, my page, the desk, help, accessibility statement, and what the layout shows everywhere.
#pragma once
#include "platform/http/http.h"

namespace tx::app {
void add_pages(http::Router& router, const std::string& privacy_officer);
bool holds_office(const http::Context& context);                 // some place of the desk is open to the reader
void add_desk(http::Router& router);
void fill_layout(const http::Context& context, Json& view);  // unread count, desk navigation
}  // namespace tx::app
