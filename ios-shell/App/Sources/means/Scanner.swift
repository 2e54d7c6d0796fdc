// Reads one QR picture with the camera.
import QiaomenKit
import UIKit
import Vision
import VisionKit

@MainActor
final class Scanner: NSObject, DataScannerViewControllerDelegate {
    private let once: Once<Scanned>

    private init(_ once: Once<Scanned>) { self.once = once }

    /// `how` stands over the picture, `close` on the button that gives up.
    static func scan(on stage: Stage, how: String, close: String) async -> Scanned {
        guard DataScannerViewController.isSupported, DataScannerViewController.isAvailable else { return .cannot }
        let camera = DataScannerViewController(
            recognizedDataTypes: [.barcode(symbologies: [.qr])], qualityLevel: .balanced,
            recognizesMultipleItems: false, isHighFrameRateTrackingEnabled: false, isPinchToZoomEnabled: true,
            isGuidanceEnabled: false,
            isHighlightingEnabled: true)
        let begin = { @MainActor in _ = try? camera.startScanning() }
        let answer = await stage.show(cannot: .cannot, givenUp: .givenUp, shown: begin) { once in
            let scanner = Scanner(once)
            camera.delegate = scanner
            stage.keep(scanner)
            camera.navigationItem.title = how
            camera.navigationItem.leftBarButtonItem = UIBarButtonItem(
                title: close, primaryAction: UIAction { _ in once.give(.givenUp) })
            let frame = UINavigationController(rootViewController: camera)
            frame.modalPresentationStyle = .fullScreen
            return frame
        }
        camera.stopScanning()
        return answer
    }

    func dataScanner(
        _ dataScanner: DataScannerViewController, didAdd addedItems: [RecognizedItem], allItems: [RecognizedItem]
    ) {
        for item in addedItems {
            if case .barcode(let code) = item, let text = code.payloadStringValue { return once.give(.text(text)) }
        }
    }

    func dataScanner(
        _ dataScanner: DataScannerViewController,
        becameUnavailableWithError error: DataScannerViewController.ScanningUnavailable
    ) {
        once.give(.cannot)
    }
}
