/** Which build of Sidetrack is running. */
package io.sidetrack.common.build;
