// Lines of an access log. Their level follows from the response status.
#pragma once

#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

// Common and combined log format with any text before or after it (Apache, nginx, Envoy, Traefik, gunicorn),
// the request lines of morgan and Gin, HAProxy's HTTP log. nullopt for any other line.
std::optional<Level> level_of_access(std::string_view line);

}  // namespace log_analysis
