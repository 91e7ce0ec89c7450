#include "base/docker/recreate.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace base::docker {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kShortId = 12;

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// An empty object if `key` is missing or not an object.
Json object(const Json& parent, const char* key) {
  const auto found = parent.find(key);
  return found != parent.end() && found->is_object() ? *found : Json::object();
}

Json list(const Json& parent, const char* key) {
  const auto found = parent.find(key);
  return found != parent.end() && found->is_array() ? *found : Json::array();
}

// Removes from `config` what it inherited from its image: whole values and single entries that are equal.
void leave_to_the_image(Json& config, const Json& image) {
  constexpr std::array kWhole{"Cmd",         "Entrypoint", "WorkingDir", "User",
                              "Healthcheck", "StopSignal", "Shell",      "OnBuild"};
  // The image's command belongs to the image's entrypoint: either both are the container's own, or the
  // command may be.
  const bool own_entrypoint = config.value("Entrypoint", Json()) != image.value("Entrypoint", Json());
  for (const char* key : kWhole) {
    if (own_entrypoint && std::string_view(key) == "Cmd") continue;
    if (config.contains(key) && image.contains(key) && config[key] == image[key]) config.erase(key);
  }
  for (const char* key : {"Labels", "ExposedPorts", "Volumes"}) {
    const Json theirs = object(image, key);
    Json ours = object(config, key);
    for (const auto& [name, value] : theirs.items()) {
      if (ours.contains(name) && ours[name] == value) ours.erase(name);
    }
    config[key] = std::move(ours);
  }
  const Json theirs = list(image, "Env");
  Json ours = Json::array();
  for (const Json& assignment : list(config, "Env")) {
    if (std::find(theirs.begin(), theirs.end(), assignment) == theirs.end()) ours.push_back(assignment);
  }
  config["Env"] = std::move(ours);
}

bool is_mounted_by(const Json& host_config, const std::string& destination) {
  const auto at_destination = [&](const Json& bind) {
    if (!bind.is_string()) return false;
    const auto& words = bind.get_ref<const std::string&>();
    const auto begin = words.find(':');
    return begin != std::string::npos &&
           words.substr(begin + 1, words.find(':', begin + 1) - begin - 1) == destination;
  };
  return std::ranges::any_of(list(host_config, "Binds"), at_destination) ||
         std::ranges::any_of(list(host_config, "Mounts"),
                             [&](const Json& mount) { return text(mount, "Target") == destination; });
}

// An anonymous volume would otherwise be replaced by a new, empty one.
void keep_volumes(Json& host_config, const Json& mounts) {
  Json binds = list(host_config, "Binds");
  for (const Json& mount : mounts) {
    const std::string destination = text(mount, "Destination");
    if (text(mount, "Type") != "volume" || is_mounted_by(host_config, destination)) continue;
    const bool writable = mount.value("RW", Json(true)) != false;
    binds.push_back(text(mount, "Name") + ":" + destination + (writable ? "" : ":ro"));
  }
  host_config["Binds"] = std::move(binds);
}

// The requested settings without those that the engine assigned: the alias that is the old id, the current
// address.
Json endpoint(const Json& network, const std::string& short_id) {
  Json aliases = Json::array();
  for (const Json& alias : list(network, "Aliases")) {
    if (alias != short_id) aliases.push_back(alias);
  }
  Json kept{{"Aliases", std::move(aliases)}};
  for (const char* key : {"IPAMConfig", "Links", "DriverOpts"}) {
    if (network.contains(key) && !network[key].is_null()) kept[key] = network[key];
  }
  return kept;
}

}  // namespace

Result<Recreation> recreate(const Json& container, const Json& its_image, const Likeness& likeness) {
  const std::string id = text(container, "Id");
  Json config = object(container, "Config");
  Json host_config = object(container, "HostConfig");
  if (id.size() < kShortId || config.empty() || host_config.empty()) {
    return fail("the engine does not report the container's configuration");
  }
  if (host_config.value("AutoRemove", Json(false)) == true) {
    return fail("the engine removes the container as soon as it stops (--rm)");
  }
  const std::string short_id = id.substr(0, kShortId);
  leave_to_the_image(config, object(its_image, "Config"));
  config["Image"] = likeness.image;
  config["Labels"][likeness.label.first] = likeness.label.second;
  if (!likeness.network_mode.empty()) host_config["NetworkMode"] = likeness.network_mode;
  const std::string mode = text(host_config, "NetworkMode");
  if (text(config, "Hostname") == short_id || mode == "host" || mode.starts_with("container:")) {
    config.erase("Hostname");
    config.erase("Domainname");
  }
  keep_volumes(host_config, list(container, "Mounts"));

  Recreation made;
  const bool shared = mode == "host" || mode == "none" || mode.starts_with("container:");
  const Json networks = shared ? Json::object() : object(object(container, "NetworkSettings"), "Networks");
  Json first = Json::object();
  for (const auto& [name, network] : networks.items()) {
    const bool is_first = name == mode || (mode == "default" && name == "bridge");
    // The default bridge does not support aliases.
    Json settings = name == "bridge" ? Json::object() : endpoint(network, short_id);
    if (is_first) {
      first[name] = std::move(settings);
    } else {
      made.connect.emplace_back(
          name, Json{{"Container", likeness.name}, {"EndpointConfig", std::move(settings)}}.dump());
    }
  }
  config["HostConfig"] = std::move(host_config);
  if (!first.empty()) config["NetworkingConfig"] = Json{{"EndpointsConfig", std::move(first)}};
  made.create = config.dump();
  return made;
}

}  // namespace base::docker
