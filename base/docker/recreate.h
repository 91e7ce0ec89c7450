// Builds the requests that create a copy of an existing container from another image. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace base::docker {

struct Likeness {
  std::string name;
  std::string image;
  std::pair<std::string, std::string> label;  // added to the existing labels
  std::string network_mode{};                 // replaces the container's; empty: unchanged
};

struct Recreation {
  std::string create;  // the body of POST /containers/create
  // The networks after the first, which an engine before API 1.44 accepts only one by one: name, and the body
  // of POST /networks/{name}/connect.
  std::vector<std::pair<std::string, std::string>> connect;
};

// `container` and `its_image` are the engine's inspect documents. Configuration that the container inherited
// from its image comes from the new image; everything else is kept: command, environment, mounts (also
// unnamed volumes, by their name), ports, networks with their aliases and addresses, limits, restart policy.
// An error for a container that the engine removes when it stops (--rm), or whose document is incomplete.
Result<Recreation> recreate(const nlohmann::json& container, const nlohmann::json& its_image,
                            const Likeness& likeness);

}  // namespace base::docker
