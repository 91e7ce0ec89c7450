// Lines of an access log: their level is the status they answered with.
#pragma once

#include <optional>
#include <string_view>

#include "logs/level.h"

namespace logs {

// Common and combined log format with anything before or behind (Apache, nginx, Envoy, Traefik, gunicorn),
// the request lines of morgan and Gin. Nothing for any other line.
std::optional<Level> level_of_access(std::string_view line);

}  // namespace logs
