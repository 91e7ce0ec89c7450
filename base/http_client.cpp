#include "base/http_client.h"
