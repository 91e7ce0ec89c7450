// Whether a container was made from the image that its name stands for now. A build or a pull moves the name
// on; the container stays what it was until it is made anew.
#pragma once

#include <string>
#include <vector>

#include "base/docker.h"
#include "exporter/collectors/table.h"

namespace exporter::collectors {

Family container_image_family();

// 1: made from the newest image of its name; 0: from an older one. Nothing is said of a container that was
// made by an image's id or digest, or whose name the engine has no image for. Pure.
prometheus::MetricFamily container_image_metric(const std::vector<const base::docker::Container*>& inspected,
                                                const std::vector<base::docker::Image>& images);

}  // namespace exporter::collectors
