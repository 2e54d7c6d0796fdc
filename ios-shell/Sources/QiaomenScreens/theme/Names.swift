// Names that SwiftUI and Foundation have too: here the model's are meant.
import QiaomenKit

typealias Tab = QiaomenKit.Tab
typealias Progress = QiaomenKit.Progress
