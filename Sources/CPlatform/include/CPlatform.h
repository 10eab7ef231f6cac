#pragma once
// What Glibc's module does not show to Swift.
#include "CPlatformProcess.h"
#include "CPlatformSignals.h"
#include "CPlatformTerminal.h"
