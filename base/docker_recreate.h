// What makes a container like one that is there, from another image. Pure.
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
  std::pair<std::string, std::string> label;  // added to those that it has
  std::string network_mode{};                 // in place of its own; empty: its own
};

struct Recreation {
  std::string create;  // the body of POST /containers/create
  // The networks beyond the first, which an engine older than 1.44 takes one by one: name, and the body of
  // POST /networks/{name}/connect.
  std::vector<std::pair<std::string, std::string>> connect;
};

// `container` and `its_image` are what the engine inspects. Whatever of the container's configuration merely
// came from its image is left to the new image; everything else stays: command, environment, mounts (also
// unnamed volumes, by their name), ports, networks with their aliases and addresses, limits, restart policy.
// An error for a container that the engine removes by itself, or that is not told in full.
Result<Recreation> recreate(const nlohmann::json& container, const nlohmann::json& its_image,
                            const Likeness& likeness);

}  // namespace base::docker
