// A file as the body of a response, read piece by piece while it is sent.
#pragma once

#include <memory>
#include <string>

#include "base/http/http.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace base::http {

class FileBody final : public BodyStream {
 public:
  // Keeps the file open, so that replacing it has no effect. An error for a symbolic link and for anything
  // but a regular file.
  static Result<std::shared_ptr<FileBody>> open(const std::string& path);

  std::size_t size() const override { return size_; }
  // An error when the file was truncated.
  Result<std::string> next(std::size_t most) override;

 private:
  FileBody(Descriptor file, std::string path, std::size_t size);

  Descriptor file_;
  std::string path_;
  std::size_t size_;
  std::size_t read_ = 0;
};

}  // namespace base::http
