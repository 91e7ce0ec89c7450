// What history shows of itself.
#pragma once

#include "base/clock.h"
#include "healer/config.h"
#include "healer/history.h"
#include "healer/view.h"

namespace healer {

// Everything of a View that history knows.
View project(const Config& config, const History& history, base::Now now);

}  // namespace healer
