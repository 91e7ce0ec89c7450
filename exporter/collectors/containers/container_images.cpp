#include "exporter/collectors/containers/container_images.h"

#include <map>

#include "base/text/exposition.h"

namespace exporter::collectors {
namespace {

constexpr Family kCurrent{"salus_container_image_current", kGauge, "container",
                          "1 when the container was created from the newest image of its name that the "
                          "engine has, 0 when from an older one; absent when that is unknown."};

// As the engine lists it: a name without a tag means the tag "latest".
std::string tagged(const std::string& name) {
  const auto slash = name.rfind('/');
  const auto colon = name.rfind(':');
  const bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  return has_tag ? name : name + ":latest";
}

}  // namespace

Family container_image_family() { return kCurrent; }

prometheus::MetricFamily container_image_metric(const std::vector<const base::docker::Container*>& inspected,
                                                const std::vector<base::docker::Image>& images) {
  std::map<std::string, std::string> ids;
  for (const base::docker::Image& image : images) {
    for (const std::string& tag : image.tags) ids[tag] = image.id;
  }
  auto current = open_family(kCurrent);
  for (const base::docker::Container* container : inspected) {
    const auto newest = ids.find(tagged(container->image));
    if (newest == ids.end() || container->image_id.empty()) continue;
    base::add_sample(current, {{"container", container->name}},
                     newest->second == container->image_id ? 1 : 0);
  }
  return current;
}

}  // namespace exporter::collectors
