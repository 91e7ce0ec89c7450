// The part of the view that comes from history.
#pragma once

#include "base/clock.h"
#include "healer/config.h"
#include "healer/history.h"
#include "healer/view.h"

namespace healer {

// All fields of a View that history contains.
View project(const Config& config, const History& history, base::Now now);

}  // namespace healer
