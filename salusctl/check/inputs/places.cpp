#include "salusctl/check/inputs/places.h"

#include <filesystem>
#include <utility>

namespace healer::salusctl::check {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The path relative to `folder` if it is below it.
std::string shown(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

fs::path checkout_of(fs::path folder) {
  for (; !folder.empty(); folder = folder.parent_path()) {
    if (is_there(folder / "rules") && is_there(folder / "deploy/config")) return folder;
    if (folder == folder.root_path()) break;
  }
  return {};
}

Places of_checkout(const fs::path& root) {
  return {root / "rules",
          root / "deploy/config",
          root / "grafana/dashboards",
          root / "deploy/alertmanager/alertmanager.yml",
          root / "deploy/prometheus/prometheus.yml",
          root / "docs/runbooks"};
}

Places of_system(const fs::path& root) {
  const auto first = [&](const char* a, const char* b) { return is_there(root / a) ? root / a : root / b; };
  return {first("etc/salus/rules", "usr/share/salus/rules"),
          root / "etc/salus",
          first("usr/share/salus/grafana/dashboards", "var/lib/grafana/dashboards"),
          first("etc/prometheus/alertmanager.yml", "etc/alertmanager/alertmanager.yml"),
          root / "etc/prometheus/prometheus.yml",
          root / "usr/share/doc/salus/runbooks"};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> Places::all() const {
  return {{"rules", rules},           {"config", config},
          {"dashboards", dashboards}, {"alertmanager", alertmanager},
          {"prometheus", prometheus}, {"runbooks", runbooks}};
}

base::Result<Places> find_places(const Places& wanted, const std::string& folder, const std::string& root) {
  for (const auto& [name, path] : wanted.all()) {
    if (!path.empty() && !is_there(path)) return base::fail("--{}: {} does not exist", name, path);
  }
  const fs::path checkout = checkout_of(folder);
  Places places = checkout.empty() ? of_system(root) : of_checkout(checkout);
  const auto settle = [&](std::string Places::* place) {
    if (!(wanted.*place).empty()) {
      places.*place = wanted.*place;
    } else {
      places.*place = is_there(places.*place) ? shown(places.*place, folder) : "";
    }
  };
  for (const auto place : {&Places::rules, &Places::config, &Places::dashboards, &Places::alertmanager,
                           &Places::prometheus, &Places::runbooks}) {
    settle(place);
  }
  if (places.rules.empty()) {
    return base::fail("no rules found here, in {} or in {}; set --rules to their folder",
                      (fs::path(root) / "etc/salus/rules").string(),
                      (fs::path(root) / "usr/share/salus/rules").string());
  }
  return places;
}

}  // namespace healer::salusctl::check
