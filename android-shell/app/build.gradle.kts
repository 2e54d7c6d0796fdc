// One app of all modules' sources: what Maven compiles in four, and src/compose besides. UNTRIED: see ../README.md.
import javax.inject.Inject
import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
    id("org.jetbrains.kotlin.plugin.compose")
    id("org.jetbrains.kotlin.plugin.serialization")
}

// What `ffi/build-android android-shell/target/android` wrote: libraries and bindings of one build.
val core: Directory = layout.projectDirectory.dir("../target/android")
check(core.dir("jniLibs").asFile.isDirectory && core.dir("kotlin").asFile.isDirectory) {
    "The core is missing. Run `ffi/build-android android-shell/target/android` first (it needs the NDK)."
}

android {
    namespace = "qiaomen.app"
    // Compose 1.8 asks for 35; what the app is made for and tested with is 34.
    compileSdk = 35

    defaultConfig {
        applicationId = "qiaomen.app"
        minSdk = 26
        targetSdk = 34
        versionCode = 1
        versionName = "0.1"
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64") }
    }

    sourceSets.named("main") {
        kotlin.srcDirs(
            "src/main/kotlin",
            "src/compose/kotlin",
            "../model/src/main/kotlin",
            "../ui/src/main/kotlin",
            core.dir("kotlin"),
        )
        resources.srcDirs("src/compose/resources")
        jniLibs.srcDirs(core.dir("jniLibs"))
    }

    buildFeatures { compose = true }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    buildTypes {
        // The bindings find their classes and functions by name.
        release { isMinifyEnabled = false }
    }
}

kotlin {
    compilerOptions { jvmTarget.set(JvmTarget.JVM_17) }
}

/** Puts the words of both shells where the model looks for them. */
abstract class PutWords : DefaultTask() {
    @get:InputDirectory abstract val words: DirectoryProperty
    @get:OutputDirectory abstract val resources: DirectoryProperty
    @get:Inject abstract val files: FileSystemOperations

    @TaskAction
    fun put() {
        files.sync {
            from(words)
            into(resources.dir("qiaomen/words"))
        }
    }
}

val putWords = tasks.register<PutWords>("putWords") {
    words.set(layout.projectDirectory.dir("../../ffi/words"))
}

androidComponents {
    onVariants { variant -> variant.sources.resources?.addGeneratedSourceDirectory(putWords, PutWords::resources) }
}

dependencies {
    // The versions that the desktop's artifacts in pom.xml are made from.
    implementation("androidx.compose.runtime:runtime:1.8.2")
    implementation("androidx.compose.ui:ui:1.8.2")
    implementation("androidx.compose.foundation:foundation:1.8.2")
    implementation("androidx.compose.material3:material3:1.3.2")
    implementation("androidx.lifecycle:lifecycle-runtime:2.8.7")
    implementation("androidx.savedstate:savedstate:1.2.1")
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.8.0")
    implementation("org.jetbrains.kotlinx:kotlinx-serialization-json:1.9.0")
    implementation("net.java.dev.jna:jna:5.17.0@aar")
}
