#include "exporter/collectors/containers/container_images.h"

#include "base/text/exposition.h"
#include "tests/catch.h"

using base::docker::Container;
using base::docker::Image;

namespace {

std::string told(const std::string& name, const std::string& id, const std::vector<Image>& images) {
  Container container;
  container.name = "bot";
  container.image = name;
  container.image_id = id;
  std::vector<prometheus::MetricFamily> families;
  families.push_back(exporter::collectors::container_image_metric({&container}, images));
  const std::string text = base::expose(std::move(families));
  const auto sample = text.find("salus_container_image_current{");
  return sample == std::string::npos ? "" : text.substr(sample);
}

Image image(const std::string& id, const std::vector<std::string>& tags) {
  Image image;
  image.id = id;
  image.tags = tags;
  return image;
}

}  // namespace

TEST_CASE("a container is current while its image's name stands for what it was made from") {
  const std::vector<Image> images{image("sha256:new", {"bot:latest", "bot:2"}),
                                  image("sha256:old", {"bot:1"}), image("sha256:none", {})};
  const auto [name, id, says] = GENERATE(table<std::string, std::string, std::string>({
      {"bot", "sha256:new", "1"},
      {"bot:latest", "sha256:old", "0"},
      {"bot:1", "sha256:old", "1"},
      {"bot", "sha256:none", "0"},
  }));
  CHECK(told(name, id, images) == "salus_container_image_current{container=\"bot\"} " + says + "\n");
}

TEST_CASE("a port of a registry is no tag") {
  CHECK(told("registry:5000/bot", "sha256:a", {image("sha256:a", {"registry:5000/bot:latest"})}) != "");
}

TEST_CASE("nothing is said of what has no name, or whose name has no image") {
  const std::vector<Image> images{image("sha256:new", {"bot:latest"})};
  CHECK(told("sha256:new", "sha256:new", images) == "");
  CHECK(told("bot@sha256:123", "sha256:new", images) == "");
  CHECK(told("other", "sha256:new", images) == "");
  CHECK(told("bot", "", images) == "");
  CHECK(told("bot", "sha256:new", {}) == "");
}
