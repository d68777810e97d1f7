// Inside matter: the masthead of the front page and the folio line of the others.
#pragma once
#include "engines/typesetting/typesetting.h"

namespace tx::typesetting {

Rect draw_folio(const PageSpec& page, Layout& layout);       // returns what is left for the grid

}  // namespace tx::typesetting
