/** To be told. */
package io.sidetrack.common;
