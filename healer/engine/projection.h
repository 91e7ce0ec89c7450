// The part of the view that comes from history.
#pragma once

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/state/history/history.h"
#include "healer/state/snapshot.h"

namespace healer {

// All fields of a View that history contains.
View project(const Config& config, const History& history, base::Now now);

}  // namespace healer
