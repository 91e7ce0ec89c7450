// Whether a container was created from the image that its name refers to now. A build or a pull moves the
// name to a new image; the container keeps its image until it is created again.
#pragma once

#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

Family container_image_family();

// 1: created from the newest image of its name; 0: from an older one. No sample for a container that was
// created from an image's id or digest, or when the engine has no image of that name. Pure.
prometheus::MetricFamily container_image_metric(const std::vector<const base::docker::Container*>& inspected,
                                                const std::vector<base::docker::Image>& images);

}  // namespace exporter::collectors
